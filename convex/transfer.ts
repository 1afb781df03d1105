import * as contracts from "@moorage/shared/contracts/transfer";
import { authedMutation, authedQuery } from "./lib/functions.ts";
import * as moved from "./model/keys/moved.ts";
import { bringLog } from "./model/transfer/logs.ts";
import { bringMemory } from "./model/transfer/memories.ts";
import { logsPage, memoriesPage } from "./model/transfer/out.ts";
import { versionsPage } from "./model/transfer/outVersions.ts";
import { foreseen } from "./model/transfer/refusal.ts";
import { bringVersion } from "./model/transfer/versions.ts";

export const importMany = authedMutation(contracts.importMany, async (ctx, args) => {
  const restore = args.restore === true;
  const answer: Record<"memories" | "versions" | "logs", Outcome[]> = { memories: [], versions: [], logs: [] };
  for (const entry of args.memories ?? []) answer.memories.push(await bringMemory(ctx, entry, restore));
  for (const entry of args.versions ?? []) answer.versions.push(await bringVersion(ctx, entry, restore));
  for (const entry of args.logs ?? []) answer.logs.push(await bringLog(ctx, entry, restore));
  return answer;
});

type Outcome = Awaited<ReturnType<typeof bringMemory>>;

export const foresee = authedQuery(contracts.foresee, async (_ctx, args) => foreseen(args));

export const exportMemories = authedQuery(contracts.exportMemories, (ctx, args) => memoriesPage(ctx, args));

export const exportVersions = authedQuery(contracts.exportVersions, (ctx, args) => versionsPage(ctx, args));

export const exportLogs = authedQuery(contracts.exportLogs, (ctx, args) => logsPage(ctx, args));

export const exportKeys = authedQuery(contracts.exportKeys, (ctx, args) => moved.page(ctx, args));

export const importKeys = authedMutation(contracts.importKeys, async (ctx, { keys }) => {
  let made = 0;
  for (const key of keys) if (await moved.takeIn(ctx, key)) made++;
  return { made };
});
