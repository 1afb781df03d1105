/** Servers of which nothing arrives: whoever looks at one is told where it reports to, and what has to run there. */
import type { Deployment } from "@moorage/shared/contracts/deploy";
import { SHARD_SILENT_MS } from "@moorage/shared/presence";
import { publicUrl } from "./publicUrl.ts";

/** How long the slowest machine takes until it reports in for the first time. */
const BOOT_MS = 5 * 60_000;

/** The same, with a problem where there is none yet and nothing was heard for long. */
export function orUnheard(deployment: Deployment): Deployment {
  const url = publicUrl();
  if (deployment.problem !== undefined || url === undefined || !isUnheard(deployment)) return deployment;
  const problem = `Nothing is heard of it. It reports to ${url}: without a hosted Moorage, "moorage serve --listen" has to run behind that address.`;
  return { ...deployment, problem };
}

function isUnheard({ provider, status, createdAt, lastSeenAt, serverId }: Deployment): boolean {
  if (provider === "simulated") return false;
  const now = Date.now();
  if (status === "running") return now - Date.parse(lastSeenAt ?? createdAt) > SHARD_SILENT_MS;
  // A machine of one's own waits for its owner.
  return status === "creating" && serverId !== undefined && now - Date.parse(createdAt) > BOOT_MS;
}
