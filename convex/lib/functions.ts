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
  internalQuery,
  type MutationCtx,
  mutation,
  type QueryCtx,
  query,
} from "../_generated/server.ts";
import { type Principal, requirePrincipal, requireScope } from "../model/principal.ts";
import { crossingTheWire } from "./errors.ts";

export type AuthedQueryCtx = QueryCtx & { principal: Principal };
export type AuthedMutationCtx = MutationCtx & { principal: Principal };
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
  const registered = mutation({ ...validators(contract), handler: guarded(contract, handler) });
  return registered as unknown as RegisteredMutation<"public", ArgsOf<C>, Promise<ResultOf<C>>>;
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

function validators(contract: Contract) {
  return { args: zodToConvex(contract.args), returns: zodOutputToConvex(contract.result) };
}

function parseArgs<C extends Contract>(contract: C, args: unknown): z.output<C["args"]> {
  const parsed = contract.args.safeParse(args);
  if (!parsed.success) throw new AppError("invalid_input", explainIssues(parsed.error, args));
  return parsed.data as z.output<C["args"]>;
}

function checkedResult<C extends Contract>(contract: C, result: unknown): ResultOf<C> {
  const parsed = contract.result.safeParse(result);
  if (!parsed.success) throw new Error(`${contract.path} answered against its contract: ${parsed.error.message}`);
  return parsed.data as ResultOf<C>;
}
