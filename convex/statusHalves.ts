/** The halves of status:check that have a database. */
import * as contracts from "@moorage/shared/contracts/status";
import { PROVIDERS } from "@moorage/shared/deployment";
import * as z from "zod";
import { authedHalfQuery, authedInternalMutation } from "./lib/functions.ts";
import { present, requireDeployment } from "./model/deploy/deployments.ts";
import { record } from "./model/deploy/events.ts";
import { iso } from "./model/secrets/present.ts";

export const toCheck = authedHalfQuery(
  contracts.check,
  {
    args: contracts.check.args,
    result: z.strictObject({ provider: z.enum(PROVIDERS), serverId: z.string().optional() }),
  },
  async (ctx, { deployment: named }) => {
    const { provider, serverId } = await requireDeployment(ctx, named);
    return { provider, ...(serverId === undefined ? {} : { serverId }) };
  },
);

const found = contracts.check.args.extend({
  server: contracts.check.result.shape.server,
  problem: z.string().optional(),
});

/** A server that is gone behind our back is a problem of its deployment until somebody ends that. */
export const checked = authedInternalMutation(
  contracts.check,
  { args: found, result: contracts.check.result },
  async (ctx, { deployment: named, server, problem }) => {
    const row = await requireDeployment(ctx, named);
    ctx.subjects.push(`deployment:${row.name}`);
    const isLost = server === "gone" && row.operationId === undefined && row.endedAt === undefined;
    if (isLost && row.problem !== LOST) {
      await ctx.db.patch("deployments", row._id, { problem: LOST });
      await record(ctx, row, { kind: "server_gone", severity: "error", message: LOST });
    }
    const current = isLost ? { ...row, problem: LOST } : row;
    return {
      deployment: await present(ctx, current),
      server,
      ...(problem === undefined ? {} : { problem }),
      checkedAt: iso(Date.now()),
    };
  },
);

const LOST = "The provider has no such server any more.";
