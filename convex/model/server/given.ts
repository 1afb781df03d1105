import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";
import type { Place } from "../secrets/place.ts";
import { findVersion } from "../secrets/store.ts";
import { loadedBy } from "./rotation.ts";

/** What a server has been given and may run with, to look for it in what the server says. */
export async function givenTo(
  ctx: Pick<QueryCtx, "db">,
  { _id, tenantId }: Doc<"instances">,
): Promise<{ place: Place; secretId: Id<"secrets">; version: number; bytes: number }[]> {
  const rows = await loadedBy(ctx, _id);
  const found = rows.flatMap(({ secretId, pulled: last, loaded: runsWith }) =>
    [...new Set([last, runsWith ?? last])].map(async (version) => {
      const secret = await ctx.db.get("secrets", secretId);
      const kept = await findVersion(ctx, secretId, version);
      if (secret?.tenantId !== tenantId || kept === null) return [];
      const { name, level, agent } = secret;
      return [{ place: { name, level, agent }, secretId, version, bytes: kept.bytes }];
    }),
  );
  return (await Promise.all(found)).flat();
}
