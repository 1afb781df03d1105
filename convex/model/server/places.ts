/** Where things are on a server: the scripts, cloud-init, the compose file and OpenClaw's configuration go by it. */

export const GATEWAY_PORT = 18_789;

/** The scripts, and what the containers are made of. */
export const OPT = "/opt/moorage";
/** What lasts: where Moorage is, this server's key. */
export const ETC = "/etc/moorage";
/** Secrets, in memory. */
export const RUN = "/run/moorage";
/** The gateway's state and its backups. */
export const SRV = "/srv/moorage";

/** Answers OpenClaw's requests for secrets from the files that are mounted beside it; the same path in the container. */
export const RESOLVER = `${OPT}/resolve-secret`;
