/** Secrets for a person: where each is and whom it reaches, never what it is. */
import type { ResultOf } from "@moorage/shared/contract";
import type { explain, rollout, Secret } from "@moorage/shared/contracts/secrets";
import type { Typing } from "../../person/waiting.ts";
import type { Imported } from "../../tools/secret/import-env.ts";
import { moment, tableLines } from "../print.ts";

export const keptLines = ({ secret }: { secret: Secret }): string[] => [
  `${secret.name}, ${placeOf(secret)}, is kept as version ${secret.version}.`,
];

/** One whose value a person has typed is renewed by typing it again. */
export const rotatedLines = (answer: { status: "done"; secret: Secret } | Typing): string[] =>
  answer.status === "done" ? keptLines(answer) : ["Type its new value:", "", `  ${answer.command}`];

export function rolloutLines({ version, isComplete, servers }: ResultOf<typeof rollout>): string[] {
  if (servers.length === 0) return [`No server loads it; its version is ${version}.`];
  const rows = servers.map((server) => [
    server.deployment,
    server.agent,
    String(server.version ?? "-"),
    moment(server.lastSeenAt),
  ]);
  return [
    ...tableLines(["SERVER", "AGENT", "VERSION", "LAST SEEN"], rows),
    "",
    isComplete ? `Each of them runs with version ${version}.` : `Not each of them runs with version ${version} yet.`,
  ];
}

export function explainLines({ agent, secrets }: ResultOf<typeof explain>): string[] {
  if (secrets.length === 0) return [`The agent ${agent} gets no secret.`];
  const rows = secrets.map(({ name, resolved, unused, why }) => [
    name,
    resolved?.level ?? "-",
    String(resolved?.version ?? "-"),
    unused ? "no" : "yes",
    why,
  ]);
  return [`For the agent ${agent}:`, "", ...tableLines(["NAME", "LEVEL", "VERSION", "USED", "WHY"], rows)];
}

/** A phase of an import: what it did, what stays where it is, and what comes next. */
export function importLines(answer: Imported): string[] {
  if (answer.status === "waiting_for_user") return [];
  const stays = "left" in answer ? answer.left : [];
  return [
    ...phaseLines(answer),
    ...stays.map(({ file, line, variable, reason }) => `Stays: ${file}:${line} ${variable ?? ""}: ${reason}`),
    "",
    `Plan ${answer.plan}. ${answer.next}`,
  ];
}

function phaseLines(answer: Exclude<Imported, { status: "waiting_for_user" }>): string[] {
  if ("copied" in answer) return [`Copied: ${answer.copied}; kept already: ${answer.unchanged}.`];
  if ("verified" in answer) return [`As in the files: ${answer.verified}.`];
  if ("removed" in answer) {
    const rows = answer.removed.map(({ file, variables, backup }) => [file, String(variables), backup]);
    return rows.length === 0 ? [] : tableLines(["TAKEN OUT OF", "VARIABLES", "BACKUP"], rows);
  }
  const rows = answer.secrets.map(({ variable, files, disagree, stored, ...place }) => [
    variable,
    `${place.name}, ${placeOf(place)}`,
    disagree !== undefined ? "files disagree" : stored === true ? "kept already" : "new",
    files.join(" "),
  ]);
  return rows.length === 0 ? [] : tableLines(["VARIABLE", "BECOMES", "IS", "IN"], rows);
}

const placeOf = ({ level, agent }: Pick<Secret, "level" | "agent">): string =>
  level === "agent" ? `of the agent ${agent}` : `at the level ${level}`;
