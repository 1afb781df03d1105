import type { Execution } from "../runtime/execution.ts";
import type { Kind } from "../types.ts";

/** One row of the table of operations: who may ask for it, and what it does. Gives Convex-encoded JSON text. */
export interface Operation<Result = string | Promise<string>> {
  readonly kinds: readonly Kind[];
  // biome-ignore lint/suspicious/noExplicitAny: each operation names the arguments it takes; the wire has no types
  run(execution: Execution, args: any): Result;
}

export const ANYWHERE: readonly Kind[] = ["query", "mutation", "action"];
export const IN_TRANSACTIONS: readonly Kind[] = ["query", "mutation"];
export const IN_MUTATIONS: readonly Kind[] = ["mutation"];
export const IN_ACTIONS: readonly Kind[] = ["action"];
