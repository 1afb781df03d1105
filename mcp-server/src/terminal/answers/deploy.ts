/** Deployments for a person: names first, ids only where a command takes nothing else. */
import type { ResultOf } from "@moorage/shared/contract";
import type { catalog, create, Deployment, get, plan, update } from "@moorage/shared/contracts/deploy";
import { moment, tableLines } from "../print.ts";

const NEEDS = { nothing: "-", public_url: "MOORAGE_PUBLIC_URL", connection: "moorage deploy connect" } as const;

export function catalogLines({ providers, offers }: ResultOf<typeof catalog>): string[] {
  if (offers === undefined) {
    const rows = providers.map(({ provider, needs }) => [provider, NEEDS[needs]]);
    return [...tableLines(["PROVIDER", "NEEDS FIRST"], rows), "", "What one offers: --provider NAME"];
  }
  const { regions, sizes, pricedAt } = offers;
  const rows = sizes.map(({ id, cpus, memoryMb, diskGb, monthly, currency, regions: where }) => [
    id,
    `${cpus}`,
    `${Math.round(memoryMb / 102.4) / 10} GB`,
    `${diskGb} GB`,
    monthly === 0 ? "-" : `${monthly.toFixed(2)} ${currency}`,
    where.length === regions.length ? "all" : where.join(" "),
  ]);
  return [
    ...tableLines(
      ["REGION", "PLACE"],
      regions.map(({ id, name }) => [id, name]),
    ),
    "",
    ...tableLines(["SIZE", "CPUS", "MEMORY", "DISK", "A MONTH FROM", "REGIONS"], rows),
    "",
    `Prices of ${moment(pricedAt)}, without tax.`,
  ];
}

export function planLines({ planId, lines, expiresAt }: ResultOf<typeof plan>): string[] {
  return [...lines, "", `Until ${moment(expiresAt)}: moorage deploy create ${planId}`];
}

/** A line for each, and below them what is wrong with some. */
export function fleetLines(fleet: readonly Deployment[]): string[] {
  if (fleet.length === 0) return ["There are no deployments."];
  const rows = fleet.map(({ name, status, health, provider, region, size, lastSeenAt }) => [
    name,
    status,
    health,
    provider,
    region,
    size,
    moment(lastSeenAt),
  ]);
  const problems = fleet.flatMap(({ name, problem, health, healthReason }) => [
    ...(problem === undefined ? [] : [`${name}: ${problem}`]),
    ...(healthReason === undefined ? [] : [`${name}: ${health}: ${healthReason}`]),
  ]);
  const table = tableLines(["NAME", "STATUS", "HEALTH", "PROVIDER", "REGION", "SIZE", "LAST SEEN"], rows);
  return problems.length === 0 ? table : [...table, "", ...problems];
}

export function deploymentLines(answer: ResultOf<typeof get>): string[] {
  const { deployment, configuration, history, access, reported = {} } = answer;
  const { name, status, health, healthReason, lastSeenAt, provider, region, size, profile, agent, price, address } =
    deployment;
  const { image, secrets, urls, channels, model, tunnelSecret } = configuration;
  const { generation, appliedGeneration, operation, problem } = deployment;
  const facts: [string, string | undefined][] = [
    [
      "status",
      `${status}, ${health}${healthReason === undefined ? "" : ` (${healthReason})`}${lastSeenAt === undefined ? "" : `, last seen ${moment(lastSeenAt)}`}`,
    ],
    ["problem", problem],
    ["operation", operation],
    ["server", [`${provider}, ${size} in ${region}, ${profile}`, address].filter(Boolean).join(", ")],
    ["price", price?.monthly ? `${price.monthly.toFixed(2)} ${price.currency} a month` : undefined],
    ["agent", agent],
    ["image", image],
    ["model", model],
    ["secrets", [...secrets, ...(tunnelSecret === undefined ? [] : [tunnelSecret])].join(", ") || "none"],
    ["channels", channels.join(", ") || undefined],
    ["urls", urls.join(", ") || undefined],
    ["load", reported.load?.toString()],
    ["disk", reported.diskUsedPercent === undefined ? undefined : `${reported.diskUsedPercent} % used`],
    ["models", reported.modelCostUsd === undefined ? undefined : `${reported.modelCostUsd.toFixed(2)} USD so far`],
    ["runs", `generation ${appliedGeneration ?? "none yet"}; wanted is ${generation}`],
  ];
  const told = facts.flatMap(([what, said]) => (said === undefined ? [] : [[what, said] as const]));
  const past = history.map((version) => [
    `${version.generation}`,
    moment(version.at),
    [version.reason, ...version.changes].filter(Boolean).join("; ") || "-",
  ]);
  return [
    ...tableLines(["NAME", name], told),
    "",
    ...access,
    "",
    ...tableLines(["GENERATION", "MADE", "WHY AND WHAT"], past),
  ];
}

/** What has begun with a call that changes a deployment, where it had to do anything. */
export function changeLines(answer: ResultOf<typeof update> | ResultOf<typeof create>): string[] {
  if (answer.status === "unchanged") return [`"${answer.deployment.name}" is so already.`];
  // Said for all calls that wait, in answers.ts.
  if (answer.status === "waiting_for_user") return [];
  const { deployment, operation } = answer;
  return [
    `"${deployment.name}": ${operation.kind} has begun.`,
    ...("changes" in answer ? answer.changes : []),
    `Follow it: moorage status operation ${operation.id}`,
  ];
}
