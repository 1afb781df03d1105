import { type Contract, isMutating as changes, explainIssues } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";
import type * as z from "zod";
import type { Arguments, Backend } from "./backend/types.ts";
import type { Offered } from "./offer.ts";
import type { Person } from "./person/person.ts";
import type { Session, SessionField } from "./session.ts";

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
/** Nothing is lost by it, but twice is not as good as once. */
export const acts: Annotations = { ...adds };
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

/** The same of what happens elsewhere: at a provider, on a server. */
export const elsewhere = (annotations: Annotations): Annotations => ({ ...annotations, openWorldHint: true });

export type Result = Readonly<Record<string, unknown>>;

/** What a call has at hand. */
export interface ToolContext {
  session: Session;
  backend: Backend;
  person: Person;
  /** Says how far a long call has come, where the client asked to be told. */
  progress?: (message: string) => void;
  signal?: AbortSignal;
}

/** What a tool takes and answers. A function's contract says it for the tool that forwards to it. */
export type Form = Pick<Contract, "args" | "result" | "filled" | "untrusted">;

/** A tool: Moorage as a model sees it. It carries no type of an MCP SDK. */
export interface Tool {
  /** `<feature>_<verb>`, as the file is called: `tools/<feature>/<verb>.ts`. */
  readonly name: string;
  readonly title: string;
  /** When a model should pick it, and what it cannot guess from the fields. */
  readonly description: string;
  readonly form: Form;
  /** The functions it may call. */
  readonly calls: readonly Contract[];
  readonly annotations: Annotations;
  /** Taken from the session when the caller names none. */
  readonly session: readonly SessionField[];
  /** The command that prints what an answer had to cut, where it is not the tool's own. */
  readonly whole?: string;
  /** Shows a secret's value: offered only by a server that was started with `--allow-reveal`. */
  readonly reveals: boolean;
  readonly handler: (args: Arguments, context: ToolContext) => Promise<Result>;
}

type Common = Pick<Tool, "name" | "title" | "description" | "annotations" | "whole"> &
  Partial<Pick<Tool, "session" | "reveals">>;

/** One function of Moorage, as it is. */
type Forwarding = Common & { contract: Contract };

/** A tool whose work is more than one call, or whose fields are not a function's. */
type Handling<A extends z.ZodObject, R extends z.ZodType<Result>> = Common & {
  input: A;
  output: R;
  untrusted?: readonly string[];
  calls: readonly Contract[];
  handler: (input: z.output<A>, context: ToolContext) => Promise<z.input<R>>;
};

export function defineTool<A extends z.ZodObject, R extends z.ZodType<Result>>(
  tool: Forwarding | Handling<A, R>,
): Tool {
  const common = { session: [], reveals: false, ...tool };
  if ("contract" in tool) return { ...common, form: tool.contract, calls: [tool.contract], handler: forward(tool) };
  const { input, output, untrusted = [], calls } = tool;
  const form = { args: input, result: output, filled: [], untrusted };
  return { ...common, form, calls, handler: handle(tool) };
}

const forward =
  ({ contract }: Forwarding): Tool["handler"] =>
  async (args, { backend, signal }) =>
    (await backend.call(contract, args, signal && { signal })) as Result;

const handle =
  <A extends z.ZodObject, R extends z.ZodType<Result>>({ input, output, handler }: Handling<A, R>): Tool["handler"] =>
  async (args, context) => {
    const checked = input.safeParse(args);
    if (!checked.success) throw new AppError("invalid_input", explainIssues(checked.error, args));
    return output.parse(await handler(checked.data, context));
  };

export const featureOf = (tool: Tool): Feature => tool.name.slice(0, tool.name.indexOf("_")) as Feature;

export const isMutating = (tool: Tool): boolean => tool.calls.some(changes);

export const offerOf = (tool: Tool): Offered => ({
  feature: featureOf(tool),
  mutating: isMutating(tool),
  reveals: tool.reveals,
});
