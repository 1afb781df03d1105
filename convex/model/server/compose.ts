/** The containers: the gateway on loopback, with nothing it does not need; a tunnel and Portainer where they are wanted. */
import { ETC, GATEWAY_PORT, OPT, RESOLVER, RUN, SRV } from "./places.ts";

const STATE = "/home/node/.openclaw";
const TUNNEL_IMAGE = "cloudflare/cloudflared:2026.8.2";
const PORTAINER_IMAGE = "portainer/portainer-ce:lts";
/** Filled in by Compose, from `compose.env`. */
const variable = (expression: string) => `\${${expression}}`;
const CLOSED = { cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] };

export const composeFile = {
  name: "moorage",
  services: {
    gateway: {
      container_name: "moorage-gateway",
      // Written by digest where the deployment names one.
      image: variable("GATEWAY_IMAGE:?"),
      // Raw: neither quotes nor `$` mean anything in it.
      env_file: [{ path: `${RUN}/gateway.env`, format: "raw" }],
      environment: {
        HOME: "/home/node",
        OPENCLAW_STATE_DIR: STATE,
        OPENCLAW_CONFIG_PATH: `${STATE}/openclaw.json`,
        OPENCLAW_DISABLE_BONJOUR: "1",
        OPENCLAW_NO_AUTO_UPDATE: "1",
      },
      command: ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", String(GATEWAY_PORT)],
      ports: [`127.0.0.1:${GATEWAY_PORT}:${GATEWAY_PORT}`],
      volumes: [
        `${SRV}/state:${STATE}`,
        `${SRV}/backups:/backups`,
        `${RUN}/secrets:${RUN}/secrets:ro`,
        `${RESOLVER}:${RESOLVER}:ro`,
      ],
      user: "1000:1000",
      init: true,
      restart: "unless-stopped",
      ...CLOSED,
      pids_limit: 512,
      mem_limit: variable("GATEWAY_MEMORY:-2g"),
      networks: ["edge"],
    },
    tunnel: {
      profiles: ["tunnel"],
      image: TUNNEL_IMAGE,
      command: ["tunnel", "--no-autoupdate", "run", "--token-file", "/run/secrets/tunnel_token"],
      secrets: ["tunnel_token"],
      restart: "unless-stopped",
      read_only: true,
      ...CLOSED,
      pids_limit: 128,
      mem_limit: "256m",
      depends_on: ["gateway"],
      networks: ["edge"],
    },
    // Whoever reaches Docker's socket is root on this machine: only for those who start it themselves, by its script.
    portainer: {
      profiles: ["portainer"],
      image: PORTAINER_IMAGE,
      command: ["--http-disabled", "--admin-password-file", "/run/secrets/portainer_password"],
      secrets: ["portainer_password"],
      ports: ["127.0.0.1:9443:9443"],
      volumes: ["/var/run/docker.sock:/var/run/docker.sock", "portainer:/data"],
      restart: "unless-stopped",
      security_opt: CLOSED.security_opt,
    },
  },
  networks: { edge: {} },
  volumes: { portainer: {} },
  secrets: {
    tunnel_token: { file: `${RUN}/tunnel.token` },
    portainer_password: { file: `${ETC}/portainer.password` },
  },
};

/** A published port is reachable from this machine alone, even where its address was forgotten. */
export const dockerDaemon = {
  ip: "127.0.0.1",
  "default-network-opts": { bridge: { "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1" } },
  icc: false,
  "live-restore": true,
  "no-new-privileges": true,
  "log-driver": "local",
  "log-opts": { "max-size": "10m", "max-file": "5" },
};

export const COMPOSE_PATH = `${OPT}/compose.yaml`;
export const DAEMON_PATH = "/etc/docker/daemon.json";
