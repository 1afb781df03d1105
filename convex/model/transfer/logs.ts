/** A log entry from a file: of its own day and time. Only a person's own backup joins what sessions begin with. */
import type { broughtLog } from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import * as logs from "../logs.ts";
import { agentOf } from "../memories/rows.ts";
import { IMPORT, logOf, type Outcome, remember } from "./keys.ts";
import { refusalOfLog } from "./refusal.ts";

export async function bringLog(
  ctx: AuthedMutationCtx,
  entry: z.output<typeof broughtLog>,
  restore: boolean,
): Promise<Outcome> {
  const known = await logOf(ctx, entry.key);
  if (known !== undefined) return { id: known._id, existing: true };
  const refused = refusalOfLog(entry);
  if (refused !== undefined) return refused;
  const row = await logs.insert(ctx, {
    agent: agentOf(ctx.principal, entry.agent),
    day: entry.day,
    content: entry.content,
    ...(entry.at === undefined ? {} : { notedAt: Date.parse(entry.at), key: entry.key }),
    source: restore && entry.source !== undefined ? entry.source : IMPORT,
  });
  await remember(ctx, entry.key, row._id);
  return { id: row._id };
}
