/** How shards call Convex: with the door's own key, as its reports do. */
import type { Contract, ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/presence";
import { AppError } from "@moorage/shared/errors";
import type { ConvexClient } from "../convex-client.ts";
import type { Session } from "../sessions.ts";
import type { ShardOptions } from "./shard.ts";

export interface Calls {
  shard(name: string): Pick<ShardOptions, "flush" | "changes">;
  /** Shards whose servers were given something to do since then. */
  stirred(since: number): Promise<string[]>;
}

export function createCalls(convex: ConvexClient, session: () => Promise<Session | undefined>): Calls {
  async function call<C extends Contract>(contract: C, args: object): Promise<ResultOf<C>> {
    const own = await session();
    if (own === undefined) throw new AppError("internal", undefined, { cause: "the door has no key" });
    const { kind, path } = contract;
    const answer = await convex.forward({ kind, path, format: "json", args }, own.token, { id: crypto.randomUUID() });
    return contract.result.parse((JSON.parse(answer) as { value: unknown }).value) as ResultOf<C>;
  }
  return {
    shard: (shard) => ({
      flush: (heard) => call(contracts.flush, { shard, heard }),
      changes: (since) => call(contracts.changes, { shard, since }),
    }),
    stirred: async (since) => (await call(contracts.stirred, { since })).shards,
  };
}
