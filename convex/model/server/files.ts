/** Every file of a server, but for its token. No secret is in any of them. */
import { stringify } from "yaml";
import { SCRIPTS } from "./_generated/scripts.ts";
import { COMPOSE_PATH, composeFile, DAEMON_PATH, dockerDaemon } from "./compose.ts";
import { HARDENING_PACKAGES, hardening, updates } from "./hardening.ts";
import { ETC, OPT, RESOLVER } from "./places.ts";
import type { File, ServerSpec } from "./spec.ts";
import { units } from "./units.ts";

const PACKAGES = ["ca-certificates", "curl", "jq", "gnupg", "iptables", "unattended-upgrades"];

/** Sourced, not run. */
const LIBRARY = "lib";
/** Run before there are files. */
export const AGAIN = "again";

export const TOKEN_PATH = `${ETC}/token`;

export const packagesOf = ({ profile }: ServerSpec): string[] =>
  profile === "production_hardened" ? [...PACKAGES, ...HARDENING_PACKAGES] : PACKAGES;

export function filesOf(spec: ServerSpec): File[] {
  const { name, url, profile } = spec;
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { path: `${ETC}/server.json`, mode: "0644", content: json({ url, name }) },
    ...scripts(),
    { path: COMPOSE_PATH, mode: "0644", content: stringify(composeFile) },
    { path: DAEMON_PATH, mode: "0644", content: json(dockerDaemon) },
    ...units,
    ...updates,
    ...(profile === "production_hardened" ? hardening(spec) : []),
  ];
}

function scripts(): File[] {
  const { "resolve-secret": resolver, [LIBRARY]: library, [AGAIN]: _again, ...commands } = SCRIPTS;
  return [
    { path: RESOLVER, mode: "0500", content: resolver },
    { path: `${OPT}/lib.sh`, mode: "0644", content: brief(library) },
    ...Object.entries(commands).map(([name, text]) => ({ path: `${OPT}/${name}`, mode: "0750", content: brief(text) })),
  ];
}

/** User data counts every byte: lines that are a comment stay behind, but for those that a program reads. */
const brief = (script: string): string => script.replaceAll(/^ *# (?!shellcheck ).*\n/gm, "");
