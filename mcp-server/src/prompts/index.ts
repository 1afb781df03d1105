import type { Prompt } from "../prompt.ts";
import dailyWrapup from "./daily-wrapup.ts";
import deployAgent from "./deploy-agent.ts";
import incident from "./incident.ts";
import sessionStart from "./session-start.ts";

/** Every prompt, sorted by name. */
export const PROMPTS: readonly Prompt[] = [dailyWrapup, deployAgent, incident, sessionStart];
