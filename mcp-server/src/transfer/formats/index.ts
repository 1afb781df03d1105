import type { Format } from "../found.ts";
import { basicMemory } from "./basic-memory.ts";
import { moorageJsonl, moorageMarkdown } from "./moorage.ts";
import { openclaw } from "./openclaw.ts";
import { openmemory } from "./openmemory.ts";
import { serverMemory } from "./server-memory.ts";

/** In the order in which they are tried: the surest signs first. */
export const FORMATS: readonly Format[] = [
  moorageMarkdown,
  moorageJsonl,
  serverMemory,
  openmemory,
  openclaw,
  basicMemory,
];
