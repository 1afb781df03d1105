/**
 * The builders of every public function. Whoever calls is checked here, before a handler runs: the identity that the door
 * signed, the key behind it, its scope; then the arguments and, on the way out, the result, by the function's contract.
 *
 * The casts of this file are the only ones: Convex's types cannot follow validators that were made from zod.
 */
import { type ArgsOf, type Contract, explainIssues, type ResultOf } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";
import type { RegisteredAction, RegisteredMutation, RegisteredQuery } from "convex/server";
import { zodOutputToConvex, zodToConvex } from "convex-helpers/server/zod4";
import type * as z from "zod";
import { internal } from "../_generated/api.ts";
import {
  type ActionCtx,
  action,
  internalMutation,
  internalQuery,
  type MutationCtx,
  mutation,
  type QueryCtx,
  query,
} from "../_generated/server.ts";
import { record } from "../model/audit/record.ts";
import { type Principal, requirePrincipal, requireScope } from "../model/principal.ts";
import { refuseSecrets } from "../model/scan/scan.ts";
import { crossingTheWire } from "./errors.ts";

export type AuthedQueryCtx = QueryCtx & { principal: Principal };
/** `subjects` is for the audit trail: names of what a call is about, never a value. */
export type AuthedMutationCtx = MutationCtx & { principal: Principal; subjects: string[] };
export type AuthedActionCtx = ActionCtx & { principal: Principal };

type Handler<Ctx, C extends Contract> = (ctx: Ctx, args: z.output<C["args"]>) => Promise<z.input<C["result"]>>;

export function authedQuery<C extends Contract<"query">>(
  contract: C,
  handler: Handler<AuthedQueryCtx, C>,
): RegisteredQuery<"public", ArgsOf<C>, Promise<ResultOf<C>>> {
  const registered = query({ ...validators(contract), handler: guarded(contract, handler) });
  return registered as unknown as RegisteredQuery<"public", ArgsOf<C>, Promise<ResultOf<C>>>;
}

/** The reading half of a public action: called by it, it checks the same caller again. */
export function authedInternalQuery<C extends Contract<"action">>(
  contract: C,
  handler: Handler<AuthedQueryCtx, C>,
): RegisteredQuery<"internal", ArgsOf<C>, Promise<ResultOf<C>>> {
  const registered = internalQuery({ ...validators(contract), handler: guarded(contract, handler) });
  return registered as unknown as RegisteredQuery<"internal", ArgsOf<C>, Promise<ResultOf<C>>>;
}

export function authedMutation<C extends Contract<"mutation">>(
  contract: C,
  handler: Handler<AuthedMutationCtx, C>,
): RegisteredMutation<"public", ArgsOf<C>, Promise<ResultOf<C>>> {
  const registered = mutation({ ...validators(contract), handler: recorded(contract, handler) });
  return registered as unknown as RegisteredMutation<"public", ArgsOf<C>, Promise<ResultOf<C>>>;
}

/** What the writing half of an action takes and answers: the action has added what only it can make. */
export interface Half<A extends z.ZodObject, R extends z.ZodType> {
  args: A;
  result: R;
  /** Arguments that no digest is made from. */
  sensitive?: readonly (keyof A["shape"] & string)[];
}

/** The writing half of a public action: it checks the same caller again, and leaves the action's one audit record. */
export function authedInternalMutation<A extends z.ZodObject, R extends z.ZodType>(
  contract: Contract<"action">,
  half: Half<A, R>,
  handler: (ctx: AuthedMutationCtx, args: z.output<A>) => Promise<z.input<R>>,
): RegisteredMutation<"internal", z.input<A>, Promise<z.output<R>>> {
  const inner = { ...contract, kind: "mutation" as const, sensitive: [], ...half };
  const registered = internalMutation({ ...validators(inner), handler: recorded(inner, handler) });
  return registered as unknown as RegisteredMutation<"internal", z.input<A>, Promise<z.output<R>>>;
}

/** The reading half of a public action that takes or answers more than the action itself. */
export function authedHalfQuery<A extends z.ZodObject, R extends z.ZodType>(
  contract: Contract<"action">,
  half: Half<A, R>,
  handler: (ctx: AuthedQueryCtx, args: z.output<A>) => Promise<z.input<R>>,
): RegisteredQuery<"internal", z.input<A>, Promise<z.output<R>>> {
  const inner = { ...contract, kind: "query" as const, sensitive: [], ...half };
  const registered = internalQuery({ ...validators(inner), handler: guarded(inner, handler) });
  return registered as unknown as RegisteredQuery<"internal", z.input<A>, Promise<z.output<R>>>;
}

export function authedAction<C extends Contract<"action">>(
  contract: C,
  handler: Handler<AuthedActionCtx, C>,
): RegisteredAction<"public", ArgsOf<C>, Promise<ResultOf<C>>> {
  const registered = action({
    ...validators(contract),
    handler: (ctx, args) =>
      crossingTheWire(async () => {
        const principal: Principal = requireScope(await ctx.runQuery(internal.keys.authenticate), contract.scope);
        return checkedResult(contract, await handler({ ...ctx, principal }, parseArgs(contract, args)));
      }),
  });
  return registered as unknown as RegisteredAction<"public", ArgsOf<C>, Promise<ResultOf<C>>>;
}

/** An action that does nothing before a half of it has checked caller and arguments, as `authedHalfQuery` does. */
export function actionOfHalves<C extends Contract<"action">>(
  contract: C,
  handler: (ctx: ActionCtx, args: ArgsOf<C>) => Promise<ResultOf<C>>,
): RegisteredAction<"public", ArgsOf<C>, Promise<ResultOf<C>>> {
  const run = (ctx: ActionCtx, args: unknown) => crossingTheWire(() => handler(ctx, args as ArgsOf<C>));
  const registered = action({ ...validators(contract), handler: run });
  return registered as unknown as RegisteredAction<"public", ArgsOf<C>, Promise<ResultOf<C>>>;
}

/** The life of a call that has a database: who, may they, what exactly, the work, and is the answer as promised. */
function guarded<Ctx extends QueryCtx, C extends Contract>(
  contract: C,
  handler: Handler<Ctx & { principal: Principal }, C>,
) {
  return (ctx: Ctx, args: unknown) =>
    crossingTheWire(async () => {
      const principal = requireScope(await requirePrincipal(ctx), contract.scope);
      return checkedResult(contract, await handler({ ...ctx, principal }, parseArgs(contract, args)));
    });
}

/** The same, and what was done is on record: in the same transaction, so that neither is there without the other. */
function recorded<C extends Contract<"mutation">>(contract: C, handler: Handler<AuthedMutationCtx, C>) {
  return guarded<MutationCtx, C>(contract, async (ctx, args) => {
    const subjects: string[] = [];
    const result = await handler({ ...ctx, subjects }, args);
    // What the door reports are records themselves.
    if (contract.scope !== "door") await record(ctx, { contract, args, result, subjects });
    return result;
  });
}

function validators(contract: Contract) {
  return { args: zodToConvex(contract.args), returns: zodOutputToConvex(contract.result) };
}

/** What these scopes write is kept, searched and shown as it stands. */
const KEEPS_TEXT: ReadonlySet<string> = new Set(["memory:write", "memory:approve", "deploy:write"]);

function parseArgs<C extends Contract>(contract: C, args: unknown): z.output<C["args"]> {
  const parsed = contract.args.safeParse(args);
  if (!parsed.success) throw new AppError("invalid_input", explainIssues(parsed.error, args));
  // What a function holds for sensitive it looks into itself: of a file's entries it refuses those alone that hold one.
  const isLookedInto = ([name]: [string, unknown]) => !contract.sensitive.includes(name);
  if (KEEPS_TEXT.has(contract.scope))
    refuseSecrets(Object.fromEntries(Object.entries(parsed.data).filter(isLookedInto)));
  return parsed.data as z.output<C["args"]>;
}

function checkedResult<C extends Contract>(contract: C, result: unknown): ResultOf<C> {
  const parsed = contract.result.safeParse(result);
  if (!parsed.success) throw new Error(`${contract.path} answered against its contract: ${parsed.error.message}`);
  return parsed.data as ResultOf<C>;
}
