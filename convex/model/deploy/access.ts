/** How to reach the agent on a server. Its gateway listens on the server's own loopback address alone. */
import type { DeploymentRow } from "./deployments.ts";
import type { Configuration } from "./differences.ts";

const GATEWAY_PORT = 18_789;

export function accessTo(
  { name, provider, status, address, endedAt }: DeploymentRow,
  { urls, tunnelSecret }: Configuration,
): string[] {
  if (provider === "host" && status === "creating")
    return [`A person runs "moorage deploy host ${name}" at a terminal, and the line that it prints on that machine.`];
  if (endedAt !== undefined) return ["There is no server any more."];
  if (provider === "simulated") return ["Simulated: there is no server to reach."];
  const tunnel = tunnelSecret === undefined ? [] : urls.slice(0, 1).map((url) => `Through its tunnel: ${url}`);
  const host = address ?? (provider === "host" ? "that machine" : undefined);
  if (host === undefined) return tunnel;
  return [
    ...tunnel,
    `By SSH: ssh -N -L ${GATEWAY_PORT}:127.0.0.1:${GATEWAY_PORT} ops@${host}, then http://127.0.0.1:${GATEWAY_PORT}`,
  ];
}
