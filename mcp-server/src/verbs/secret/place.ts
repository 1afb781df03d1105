/** Which secret a command is about: `NAME [--agent A] [--level L]`. */
import { AGENT_NAME, AGENT_NAME_RULE } from "@moorage/shared/line";
import { LEVELS, type Level, SECRET_NAME, secretNameProblem } from "@moorage/shared/secret-name";
import { SettingError } from "../../setting-error.ts";
import type { Words } from "../../terminal/words.ts";

export const PLACE_FLAGS = { agent: "value", level: "value" } as const;

export const PLACE_USAGE = `  --agent NAME     this agent's own value
  --level LEVEL    of ${LEVELS.join(", ")} (default: agent with --agent, else default)`;

interface Place {
  name: string;
  agent?: string;
  level?: Level;
}

/** Checked here, so that nobody types a value for a name that is then refused. */
export function readPlace(words: Words): Place {
  const name = words.places[0]!;
  const problem = secretNameProblem(name);
  if (problem !== undefined) throw new SettingError(SECRET_NAME.test(name) ? problem : `NAME ${problem}`);
  const agent = readAgent(words);
  const level = LEVELS.find((known) => known === words.get("level"));
  if (level === undefined && words.has("level")) {
    throw new SettingError(`--level has no "${words.get("level")}"; choose from ${LEVELS.join(", ")}`);
  }
  if (level === "agent" && agent === undefined) throw new SettingError("--level agent needs --agent NAME");
  if (level !== "agent" && level !== undefined && agent !== undefined) {
    throw new SettingError(`--agent does not go with --level ${level}, which is for all agents`);
  }
  return { name, ...(agent === undefined ? {} : { agent }), ...(level === undefined ? {} : { level }) };
}

export function readAgent(words: Words): string | undefined {
  const agent = words.get("agent");
  if (agent !== undefined && !AGENT_NAME.test(agent)) throw new SettingError(`--agent ${AGENT_NAME_RULE}`);
  return agent;
}
