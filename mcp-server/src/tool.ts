import type { Contract } from "@moorage/shared/contract";
import { isWriteScope } from "@moorage/shared/scopes";

/** The groups of tools that `--features` chooses from. */
export type Feature = "memory" | "secret" | "deploy" | "status";

/** All four hints of MCP, so that no client falls back on a default. */
export interface Annotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

const closedWorld = { openWorldHint: false };
export const reads: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  ...closedWorld,
};
export const adds: Annotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  ...closedWorld,
};
/** Nothing is lost by it: the old version is kept. */
export const replaces: Annotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  ...closedWorld,
};
export const destroys: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  ...closedWorld,
};

/** Arguments that have a value for the whole session (`--agent`, `--project`). */
export type SessionField = "agent" | "project";

/** A tool: one function of Moorage as a model sees it. It carries no type of an MCP SDK. */
export interface Tool {
  /** `<feature>_<verb>`, as the file is called: `tools/<feature>/<verb>.ts`. */
  readonly name: string;
  readonly title: string;
  /** When a model should pick it, and what it cannot guess from the fields. */
  readonly description: string;
  readonly contract: Contract;
  readonly annotations: Annotations;
  /** Taken from the session when the caller names none. */
  readonly session: readonly SessionField[];
  /** The command that prints what an answer had to cut, where it is not the tool's own. */
  readonly whole?: string;
}

export function defineTool(tool: Omit<Tool, "session"> & Partial<Pick<Tool, "session">>): Tool {
  return { session: [], ...tool };
}

export const featureOf = (tool: Tool): Feature => tool.name.slice(0, tool.name.indexOf("_")) as Feature;

export const isMutating = (tool: Tool): boolean => isWriteScope(tool.contract.scope);
