import type { ListedVerb } from "../verb.ts";

/** Every verb there is, by name. A tool of the same name yields to it. */
export const VERBS: readonly ListedVerb[] = [];
