/** How to reach the agent on a server. Its gateway listens on the server's own loopback address alone. */
import type { Doc } from "../../_generated/dataModel.ts";
import { LEAVE_COMMAND } from "../server/bootstrap.ts";
import { GATEWAY_PORT } from "../server/places.ts";
import type { DeploymentRow } from "./deployments.ts";
import type { Configuration } from "./differences.ts";

const TOKEN = "OPENCLAW_GATEWAY_TOKEN";
/** As `ssh-keygen -l` writes it; it comes from the server. */
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;

export function accessTo(
  deployment: DeploymentRow,
  { sshHostKey = "" }: Pick<Doc<"instances">, "sshHostKey">,
  configuration: Configuration,
): string[] {
  const { name, provider, status, endedAt } = deployment;
  if (provider === "host" && status === "creating")
    return [`A person runs "moorage deploy host ${name}" at a terminal, and the line that it prints on that machine.`];
  if (endedAt !== undefined)
    return [
      "There is no server any more.",
      ...(provider === "host"
        ? [`What was set up on your machine runs on until you stop it there: ${LEAVE_COMMAND}`]
        : []),
    ];
  if (provider === "simulated") return ["Simulated: there is no server to reach."];
  if (status === "stopped") return ["It is stopped: deploy_control starts it."];
  const ways = [...tunnelTo(configuration), ...sshTo(deployment)];
  if (ways.length === 0) return [];
  return [
    ...ways,
    ...(FINGERPRINT.test(sshHostKey) ? [`The server's SSH key has the fingerprint ${sshHostKey}.`] : []),
    configuration.secrets.includes(TOKEN)
      ? `The page asks for a token: the value of the secret ${TOKEN}.`
      : "The page asks for a token: on the server, sudo cat /etc/moorage/gateway.token shows it.",
  ];
}

function tunnelTo({ urls: [url], tunnelSecret }: Configuration): string[] {
  if (tunnelSecret === undefined) return [];
  const to = `Its public host name leads to the service http://gateway:${GATEWAY_PORT}.`;
  return [
    url === undefined
      ? `Through its tunnel. ${to} deploy_update takes it as a URL.`
      : `Through its tunnel: ${url}. ${to}`,
  ];
}

function sshTo({ provider, address, sshKey }: DeploymentRow): string[] {
  const forward = (to: string) =>
    `ssh -N -L ${GATEWAY_PORT}:127.0.0.1:${GATEWAY_PORT} ${to}, then http://127.0.0.1:${GATEWAY_PORT}`;
  if (provider === "host")
    return [
      `On that machine: http://127.0.0.1:${GATEWAY_PORT}. From elsewhere, as you log in there: ${forward("YOU@MACHINE")}`,
    ];
  if (address === undefined) return [];
  const keys = `a key of the ${provider} account${sshKey === undefined ? "" : ", or the one that was planned"}`;
  return [`By SSH, with ${keys}: ${forward(`ops@${address}`)}`];
}
