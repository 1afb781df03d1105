/** Where things are on a server: the scripts, cloud-init, the compose file and OpenClaw's configuration go by it. */

export const GATEWAY_PORT = 18_789;

/** Inside the container: answers OpenClaw's requests for secrets from the files that are mounted there. */
export const RESOLVER = "/opt/moorage/resolve-secret";
