/** Who wrote a memory, and so whose context it may join. Both come from the key that was used, never from a caller's word. */
import { instanceOf } from "@moorage/shared/scopes";
import type { Doc } from "../../_generated/dataModel.ts";
import type { Principal } from "../principal.ts";

type Row = Doc<"memories">;

/** The agent of entries for which nobody named one. */
export const DEFAULT_AGENT = "default";
/** Of no agent's name: what everyone's context holds. */
export const EVERYONE = "*";

/** `user`: a person's own key, the only kind that may approve. A key that is bound to no agent writes as `default`. */
export function sourceOf({ scopes, agent: bound }: Pick<Principal, "scopes" | "agent">): string {
  if (instanceOf(scopes) !== undefined) return "instance";
  if (bound === undefined && scopes.includes("memory:approve")) return "user";
  return ownSource(bound ?? DEFAULT_AGENT);
}

export const ownSource = (agent: string): string => `agent:${agent}`;

/** For an agent that the writer only named: for the contexts of keys that name agents, too. No agent's name ends so. */
const named = (agent: string) => `${agent}?`;

/** Whose entries an agent's context holds. A bound key is asked for nothing that a key bound to nobody could plant. */
export function audiencesOf({ agent: bound }: Pick<Principal, "agent">, agent: string): string[] {
  return [agent, ...(bound === undefined ? [named(agent)] : []), EVERYONE];
}

/** Whether whoever has the one in their context has no use for the other. */
export const reaches = (audience: string | undefined, other: string | undefined): boolean =>
  other === undefined ||
  audience === EVERYONE ||
  (audience !== undefined && [audience, named(audience)].includes(other));

/** Where a memory stands; an absent field is one to remove. */
export interface Standing {
  source: string;
  review: Row["review"] | undefined;
  audience: string | undefined;
}

/** How words of this source begin: a person's need no approval. */
export function unreviewed(agent: string, source: string): Standing {
  return reviewed({ agent, source }, source === "user" ? undefined : "waiting");
}

/**
 * An agent's own words are for itself, and for everyone once a person approved them. What a person said, and what they
 * approved of others', is for the agent it names, and for everyone where it names none.
 */
export function reviewed({ agent, source }: Pick<Row, "agent" | "source">, review: Standing["review"]): Standing {
  return { source, review, audience: audienceOf(agent, source, review) };
}

function audienceOf(agent: string, source: string, review: Standing["review"]): string | undefined {
  if (review === "rejected") return undefined;
  if (source === ownSource(agent)) return review === "approved" ? EVERYONE : agent;
  if (source === "user" || review === "approved") return agent === DEFAULT_AGENT ? EVERYONE : agent;
  if (source === ownSource(DEFAULT_AGENT)) return named(agent);
  return undefined;
}
