/** The fleet, its events, alerts and jobs for a person. */
import type { ResultOf } from "@moorage/shared/contract";
import type { Operation } from "@moorage/shared/contracts/deploy";
import type { Job, Run } from "@moorage/shared/contracts/jobs";
import type { Alert, check, events, logs, overview } from "@moorage/shared/contracts/status";
import { moment, tableLines } from "../print.ts";
import { fleetLines } from "./deploy.ts";

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");

export function overviewLines(answer: ResultOf<typeof overview> & { backend: string }): string[] {
  const { tenant, key, publicUrl, statuses, healths, simulated, attention, idle, connections, cost, openAlerts } =
    answer;
  const accounts = connections.map(({ provider, state, account, problem }) =>
    [`${provider} ${state}`, account, problem].filter(Boolean).join(", "),
  );
  const costs = cost.map(({ monthly, currency }) => `${monthly.toFixed(2)} ${currency}`).join(" + ");
  const facts: [string, string][] = [
    ["backend", answer.backend],
    ["key", `${key.id}${key.agent === undefined ? "" : ` of the agent ${key.agent}`}`],
    ["address", publicUrl ?? "none: only simulated servers can report in"],
    ["servers", `${counted(statuses) || "none"}${simulated === undefined ? "" : `; simulated: ${simulated}`}`],
    ["health", counted(healths) || "-"],
    ["cost", costs === "" ? "nothing" : `${costs} a month`],
    ["idle", idle.join(", ") || "none"],
    ["accounts", accounts.join("; ") || "none: moorage deploy connect"],
    ["alerts", openAlerts === 0 ? "none open" : `${openAlerts} open: moorage status alerts`],
    ["jobs", jobsOf(answer)],
  ];
  const lines = tableLines(["TENANT", tenant], facts);
  return attention.length === 0 ? lines : [...lines, "", "To be looked at:", ...fleetLines(attention)];
}

function jobsOf({ schedulerRanAt: ran, nextJobAt: next }: ResultOf<typeof overview>): string {
  const due = next === undefined ? "" : `; the ${ran === undefined ? "first" : "next"} is due ${moment(next)}`;
  return `${ran === undefined ? "none has run yet" : `last ran ${moment(ran)}`}${due}`;
}

/** A block each: what it says may be long, and its id is for the command that takes it. */
export function alertLines(alerts: readonly Alert[]): string[] {
  if (alerts.length === 0) return ["There are no alerts."];
  return alerts.flatMap(({ id, severity, kind, message, count, lastAt, resolvedAt, acknowledgedAt }) => {
    const state = resolvedAt !== undefined ? "over" : acknowledgedAt !== undefined ? "acknowledged" : "open";
    const times = count === 1 ? "" : `, ${count} times`;
    return [`${moment(lastAt)}  ${severity}, ${kind}, ${state}${times}`, `  ${message}`, `  ${id}`];
  });
}

export function eventLines(list: ResultOf<typeof events>["events"]): string[] {
  if (list.length === 0) return ["There are no events."];
  const rows = list.map(({ at, name, simulated, severity, source, kind, message }) => [
    moment(at),
    simulated === true ? `${name} (simulated)` : name,
    severity,
    kind,
    source === "instance" ? `the server: ${message}` : message,
  ]);
  return tableLines(["AT", "NAME", "SEVERITY", "KIND", "MESSAGE"], rows);
}

export function checkLines({ deployment, server, problem }: ResultOf<typeof check>): string[] {
  return [...fleetLines([deployment]), "", problem ?? `Its provider says: ${server}.`];
}

export function instanceLogLines({ status, lines, at }: ResultOf<typeof logs>): string[] {
  const when = at === undefined ? [] : [`Of ${moment(at)}:`, ""];
  const asked = "Its server is asked for newer lines: make the call again in a minute.";
  return [
    ...when,
    ...lines.map((line) => `  | ${line}`),
    ...(status === "asked" ? [...(lines.length === 0 ? [] : [""]), asked] : []),
  ];
}

/** All jobs, or the runs of one. */
export function jobLines({ jobs, runs }: { jobs: Job[]; runs?: Run[] | undefined }): string[] {
  const rows = jobs.map(({ name, state, nextAt, lastRun }) => [
    name,
    state,
    moment(nextAt),
    moment(lastRun?.startedAt),
    lastRun === undefined ? "-" : outcomeOf(lastRun),
  ]);
  const table = tableLines(["JOB", "STATE", "NEXT", "LAST RUN", "OUTCOME"], rows);
  if (runs === undefined) return table;
  if (runs.length === 0) return [...table, "", "It has not run yet."];
  const past = runs.map((run) => [moment(run.startedAt), run.trigger, outcomeOf(run), run.summary ?? "-"]);
  return [...table, "", ...tableLines(["STARTED", "BY", "OUTCOME", "WHAT CAME OF IT"], past)];
}

const outcomeOf = ({ outcome, missed }: Run): string => (missed === 0 ? outcome : `${outcome}, ${missed} missed`);

export function operationLines(operation: Operation): string[] {
  const { kind, state, outcome, tries, since, againAt, giveUpAt, problem } = operation;
  const again = againAt === undefined ? "" : `; begun again at ${moment(againAt)} if nothing comes of it by then`;
  return [
    `${kind}: ${outcome ?? state}${tries === 0 ? "" : `, try ${tries + 1}`}`,
    ...(problem === undefined ? [] : [problem]),
    ...(outcome === undefined ? [`So since ${moment(since)}${again}.`] : []),
    ...(giveUpAt === undefined ? [] : [`It is given up at ${moment(giveUpAt)}.`]),
  ];
}
