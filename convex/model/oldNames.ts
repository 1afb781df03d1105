/** The functions of the skill that came before, in terms of those there are now. */
import type { Contract } from "@moorage/shared/contract";
import type { Memory } from "@moorage/shared/contracts/memory";
import type * as old from "@moorage/shared/contracts/old-memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import type * as z from "zod";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";
import * as logs from "./logs.ts";
import { agentOf } from "./memories/rows.ts";
import * as memories from "./memories.ts";
import * as recall from "./recall/search.ts";

type Input<C extends Contract> = z.output<C["args"]>;

interface MemoryPage {
  memories: Memory[];
  cursor?: string;
}

const DEFAULT_MEMORIES = 20;
const DEFAULT_DAYS = 30;
const PREVIEW_CHARS = 200;
/** Entries that a preview is made from. */
const PREVIEW_ENTRIES = 5;
/** What a day may hold to be answered as one text. */
const DAY_BYTES = 1024 * 1024;

export async function addMemory(ctx: AuthedMutationCtx, { agentId, ...said }: Input<typeof old.addMemory>) {
  const { row } = await memories.add(ctx, { ...said, agent: agentId });
  return row._id;
}

export async function searchMemory(ctx: AuthedQueryCtx, args: Input<typeof old.searchMemory>) {
  const { agentId: agent, type, query, limit = DEFAULT_MEMORIES } = args;
  const found: Memory[] = [];
  let cursor: string | undefined;
  do {
    const asked = { agent, type, limit: limit - found.length, cursor };
    const page: MemoryPage =
      query === undefined ? await memories.list(ctx, asked) : await recall.search(ctx, { ...asked, query });
    found.push(...page.memories);
    cursor = page.memories.length === 0 ? undefined : page.cursor;
  } while (cursor !== undefined && found.length < limit);
  return found.map(({ id, type, content, tags, createdAt }) => ({
    ...{ _id: id, type, content, createdAt: Date.parse(createdAt) },
    ...(tags.length > 0 ? { tags } : {}),
  }));
}

export async function deleteMemory(ctx: AuthedMutationCtx, { memoryId }: Input<typeof old.deleteMemory>) {
  try {
    await memories.remove(ctx, memoryId);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return false;
    throw error;
  }
}

export async function writeDailyLog(ctx: AuthedMutationCtx, args: Input<typeof old.writeDailyLog>) {
  const { agentId: agent, date: day, content } = args;
  // Its callers do not say what day it is where they are; the refusal of far-off days leaves them a day's room.
  const today = new Date().toISOString().slice(0, 10);
  const { id } = await logs.append(ctx, { agent, day, content, today });
  return id;
}

export async function getDailyLog(ctx: AuthedQueryCtx, { agentId, date }: Input<typeof old.getDailyLog>) {
  const entries = [];
  let bytes = 0;
  for await (const { content, _creationTime } of ofDay(ctx, agentOf(ctx.principal, agentId), date)) {
    entries.push({ content, at: _creationTime });
    bytes += byteLength(content);
    if (bytes > DAY_BYTES)
      throw new AppError("too_large", `The log of ${date} holds more than ${DAY_BYTES} bytes.`, {
        hint: "memory_log_read reads it page by page.",
      });
  }
  const last = entries.at(-1);
  if (last === undefined) return null;
  return { date, content: entries.map(({ content }) => content).join("\n"), updatedAt: Math.floor(last.at) };
}

export async function listDailyLogs(ctx: AuthedQueryCtx, args: Input<typeof old.listDailyLogs>) {
  const agent = agentOf(ctx.principal, args.agentId);
  const { tenantId } = ctx.principal;
  const days = await ctx.db
    .query("logDays")
    .withIndex("by_tenant_agent_day", (q) => q.eq("tenantId", tenantId).eq("agent", agent))
    .order("desc")
    .take(args.limit ?? DEFAULT_DAYS);
  return Promise.all(
    days.map(async ({ day: date, _creationTime }) => {
      const first = await ofDay(ctx, agent, date).take(PREVIEW_ENTRIES);
      const last = await ofDay(ctx, agent, date).order("desc").first();
      const text = first.map(({ content }) => content).join("\n");
      return {
        date,
        contentPreview: [...text].slice(0, PREVIEW_CHARS).join(""),
        updatedAt: Math.floor(last?._creationTime ?? _creationTime),
      };
    }),
  );
}

function ofDay(ctx: AuthedQueryCtx, agent: string, day: string) {
  const { tenantId } = ctx.principal;
  return ctx.db
    .query("logEntries")
    .withIndex("by_tenant_agent_day", (q) => q.eq("tenantId", tenantId).eq("agent", agent).eq("day", day));
}
