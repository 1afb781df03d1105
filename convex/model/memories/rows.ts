/** Rows of memories: which ones a caller may see and change, and how they are shown. */
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import type { Principal } from "../principal.ts";
import { DEFAULT_AGENT, EVERYONE } from "./provenance.ts";

export type Row = Doc<"memories">;

/** Whose entry this will be: the key's agent, else the named one, else the default one. */
export const agentOf = (principal: Principal, named: string | undefined): string =>
  principal.agent ?? named ?? DEFAULT_AGENT;

/** Whose entries are looked at: the key's agent, else the named one, else everyone's. */
export const agentFilter = (principal: Principal, named: string | undefined): string | undefined =>
  principal.agent ?? named;

/** Whose entries a question covers: one agent's, everyone's where none is named, or what is in everyone's context. */
export interface Whose {
  agent?: string;
  shared?: true;
}

/** A bound key is answered with its own and, where it does not ask for these alone, with what everyone is told. */
export function whoseOf({ agent: bound }: Principal, named: string | undefined): [Whose, ...Whose[]] {
  if (bound !== undefined) return named === undefined ? [{ agent: bound }, { shared: true }] : [{ agent: bound }];
  return [named === undefined ? {} : { agent: named }];
}

/** The row, or the same `not_found` for a random id, another table's, another tenant's and another agent's. */
export function requireOwn(ctx: AuthedQueryCtx, id: string): Promise<Row> {
  return requireRow(ctx, id, () => false);
}

/** The same to look at: what is in everyone's context, everyone may look up. */
export function requireShown(ctx: AuthedQueryCtx, id: string): Promise<Row> {
  return requireRow(ctx, id, ({ audience }) => audience === EVERYONE);
}

async function requireRow(ctx: AuthedQueryCtx, id: string, isShared: (row: Row) => boolean): Promise<Row> {
  const { tenantId, agent } = ctx.principal;
  const known = ctx.db.normalizeId("memories", id);
  const row = known === null ? null : await ctx.db.get("memories", known);
  if (row === null || row.tenantId !== tenantId || (agent !== undefined && row.agent !== agent && !isShared(row))) {
    throw new AppError("not_found", "There is no memory with this id.", {
      hint: "memory_list and memory_search show the ids that exist.",
    });
  }
  return row;
}

/** Still said: neither superseded nor expired. */
export const isLiving = (row: Pick<Row, "supersededAt" | "expiresAt">, now: number): boolean =>
  row.supersededAt === undefined && (row.expiresAt ?? Infinity) > now;

export const hasTags = (row: Pick<Row, "tags">, tags: readonly string[] | undefined): boolean =>
  tags === undefined || tags.every((tag) => row.tags.includes(tag));

/** An entry without a project is shared: it joins every project's answers. */
export const inProject = (row: Pick<Row, "project">, project: string | undefined): boolean =>
  project === undefined || row.project === undefined || row.project === project;

export function present(row: Omit<Row, "tenantId" | "wording">): contracts.Memory {
  const { _id, _creationTime, agent, supersedes, supersededBy, supersededAt } = row;
  return {
    id: _id,
    agent,
    ...given({ supersedes, supersededBy }),
    ...(supersededAt === undefined ? {} : { supersededAt: isoOf(supersededAt) }),
    createdAt: isoOf(row.addedAt ?? _creationTime),
    ...presentFields(row),
  };
}

/** What an entry says, now or in its history. */
export function presentFields(row: Omit<Doc<"memoryVersions">, "_id" | "_creationTime" | "tenantId" | "memoryId">) {
  const { type, content, tags, project, importance, pinned, occurredAt, expiresAt, source, updatedAt } = row;
  return {
    ...{ type, content, tags, importance, source },
    ...given({ project, pinned, expiresAt: expiresAt === undefined ? undefined : isoOf(expiresAt) }),
    occurredAt: isoOf(occurredAt),
    updatedAt: isoOf(updatedAt),
  };
}

const isoOf = (time: number) => new Date(time).toISOString();
