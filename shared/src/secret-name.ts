/** How secrets are called: here, in the environment of a program, and in `.env` files that say the level in the name. */
import { AGENT_NAME } from "./line.ts";

export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
export const SECRET_NAME_RULE =
  "must be 1 to 128 letters, digits or underscores, beginning with a letter or underscore, as a variable's name";

/** Names that are refused as secrets, each with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  MOORAGE_API_KEY: "is what opens this store: kept inside it, whoever can use one secret could use all of them",
  CONVEX_DEPLOY_KEY: "rules the deployment that keeps the secrets: with it, every check here can be removed",
};

/** Where a secret applies: one agent's own value, the default of all agents, or the value from before there were agents. */
export const LEVELS = ["agent", "default", "global"] as const;
export type Level = (typeof LEVELS)[number];

export interface SecretPlace {
  readonly name: string;
  readonly level: Level;
  /** Of the level `agent` alone. */
  readonly agent?: string | undefined;
}

/** What is wrong with a secret's name, or undefined. */
export function secretNameProblem(name: string): string | undefined {
  if (!SECRET_NAME.test(name)) return SECRET_NAME_RULE;
  // Under an agent's name, too, as files and exports write it.
  const refused = Object.keys(REFUSED).find((one) => new RegExp(`^(AGENT_\\w+_)?${one}$`, "i").test(name));
  return refused === undefined ? undefined : `${refused} ${REFUSED[refused]}`;
}

/**
 * The place that a variable's name in a file means: `AGENT_<agent>_<NAME>`, `AGENT_DEFAULT_<NAME>` or `<NAME>`. Agents
 * may hold underscores: the longest one that is known wins, else the name begins after the first underscore.
 */
export function parseSecretName(text: string, agents: readonly string[] = []): SecretPlace {
  const [, shared] = /^AGENT_DEFAULT_(.+)$/.exec(text) ?? [];
  if (shared !== undefined && SECRET_NAME.test(shared)) return { name: shared, level: "default" };
  const rest = text.startsWith("AGENT_") ? text.slice("AGENT_".length) : "";
  const known = agents
    .filter((agent) => rest.startsWith(`${agent}_`) && SECRET_NAME.test(rest.slice(agent.length + 1)))
    .sort((a, b) => b.length - a.length)[0];
  const agent = known ?? rest.slice(0, Math.max(0, rest.indexOf("_")));
  const name = rest.slice(agent.length + 1);
  if (AGENT_NAME.test(agent) && SECRET_NAME.test(name)) return { name, level: "agent", agent };
  return { name: text, level: "global" };
}

/** The other way round, for an export. */
export function formatSecretName({ name, level, agent }: SecretPlace): string {
  if (level === "agent") return `AGENT_${agent}_${name}`;
  return level === "default" ? `AGENT_DEFAULT_${name}` : name;
}
