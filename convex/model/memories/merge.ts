/** A repeat of known words may ask for more than is there: to pin it, for tags. What may be is taken over, the rest is said. */
import { TAGS } from "@moorage/shared/limits";
import { given } from "../given.ts";
import type { Row } from "./rows.ts";

interface Asked {
  type: Row["type"];
  tags?: string[] | undefined;
  importance?: number | undefined;
  pinned?: boolean | undefined;
  expiresAt?: string | undefined;
}

type Wish = keyof Asked;

/** What of a repeat was taken over, and what was not; absent where there is nothing to say. */
export interface Repeated {
  merged?: Wish[];
  notMerged?: Wish[];
}

interface Changes {
  tags?: string[];
  importance?: number;
  pinned?: true;
}

/** The memory keeps what it has: it is pinned or more important by a repeat, and never less. */
export function wishesOf(row: Row, asked: Asked, source: string): Repeated & { changes: Changes } {
  const tags = asked.tags?.filter((tag) => !row.tags.includes(tag)) ?? [];
  const wishes: Record<Wish, boolean> = {
    type: asked.type !== row.type,
    tags: tags.length > 0,
    importance: asked.importance !== undefined && asked.importance !== row.importance,
    pinned: asked.pinned === true && row.pinned !== true,
    // Only what is known for as long counts as known, so an end that is asked for can but be an earlier one.
    expiresAt: asked.expiresAt !== undefined && Date.parse(asked.expiresAt) !== row.expiresAt,
  };
  const may: Record<Wish, boolean> = {
    // It may have been chosen with care; `memory_update` changes it.
    type: false,
    tags: row.tags.length + tags.length <= TAGS && keepsStanding(row, source),
    importance: (asked.importance ?? 0) > row.importance,
    pinned: true,
    expiresAt: false,
  };
  const wished = (Object.keys(wishes) as Wish[]).filter((wish) => wishes[wish]);
  const merged = wished.filter((wish) => row.supersededAt === undefined && may[wish]);
  const notMerged = wished.filter((wish) => !merged.includes(wish));
  return {
    changes: given({
      tags: merged.includes("tags") ? [...row.tags, ...tags] : undefined,
      importance: merged.includes("importance") ? asked.importance : undefined,
      pinned: merged.includes("pinned") ? (true as const) : undefined,
    }),
    ...(merged.length > 0 ? { merged } : {}),
    ...(notMerged.length > 0 ? { notMerged } : {}),
  };
}

/** Whether new tags leave it in the contexts where it is: those of a person, or the writer's own that nobody has judged. */
const keepsStanding = (row: Row, source: string) =>
  source === "user" || row.audience === undefined || (row.source === source && row.review === "waiting");
