/** Where a secret is, as a call names it and as its row says it. */
import { AppError } from "@moorage/shared/errors";
import type { Level } from "@moorage/shared/secret-name";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";
import type { Principal } from "../principal.ts";
import { refuseSecrets } from "../scan/scan.ts";

export interface Place {
  name: string;
  level: Level;
  /** Empty but at the level `agent`. */
  agent: string;
}

interface Named {
  name: string;
  agent?: string | undefined;
  level?: Level | undefined;
}

/** The place that a call means. A bound key's own agent stands in for any other. */
export function placeOf(principal: Principal, { name, agent: named, level }: Named): Place {
  const agent = principal.agent ?? named;
  if ((level ?? (agent === undefined ? "default" : "agent")) !== "agent") {
    if (named !== undefined && principal.agent === undefined)
      throw new AppError("invalid_input", 'agent: goes with the level "agent" alone');
    return { name, level: level ?? "default", agent: "" };
  }
  if (agent === undefined) throw new AppError("invalid_input", 'agent: is required at the level "agent"');
  // Such an agent's variables would be called as the shared ones are.
  if (agent === "DEFAULT") throw new AppError("invalid_input", 'agent: "DEFAULT" stands for all agents in names');
  return { name, level: "agent", agent };
}

export const BOUND = "This key acts for one agent, and changes that agent's secrets alone.";

/** The same, for a change: a bound key changes nothing that other agents get. */
export function ownPlaceOf(principal: Principal, named: Named): Place {
  const place = placeOf(principal, named);
  if (principal.agent !== undefined && place.agent !== principal.agent) throw new AppError("beyond_own_key", BOUND);
  return place;
}

/** The same, where a value is about to be kept: in the place of the name, where everybody reads it, it is pasted easily. */
export function newPlaceOf(principal: Principal, { name, agent, level }: Named): Place {
  refuseSecrets({ name, agent });
  return ownPlaceOf(principal, { name, agent, level });
}

/** The agent that gets the values. */
export const agentOf = (principal: Principal, named: string | undefined): string =>
  principal.agent ?? named ?? "default";

/** The row of a place, a deleted one as well. */
export function findRow(
  ctx: Pick<QueryCtx, "db">,
  tenantId: Id<"tenants">,
  { name, level, agent }: Place,
): Promise<Doc<"secrets"> | null> {
  return ctx.db
    .query("secrets")
    .withIndex("by_place", (q) => q.eq("tenantId", tenantId).eq("name", name).eq("level", level).eq("agent", agent))
    .unique();
}

export async function requireRow(
  ctx: Pick<QueryCtx, "db">,
  tenantId: Id<"tenants">,
  place: Place,
): Promise<Doc<"secrets">> {
  const row = await requireKeptRow(ctx, tenantId, place);
  if (row.deletedAt !== undefined) throw missing(place);
  return row;
}

/** The same, or that of a deleted secret, whose versions are kept for a while. */
export async function requireKeptRow(
  ctx: Pick<QueryCtx, "db">,
  tenantId: Id<"tenants">,
  place: Place,
): Promise<Doc<"secrets">> {
  const row = await findRow(ctx, tenantId, place);
  if (row === null) throw missing(place);
  return row;
}

const missing = (place: Place) =>
  new AppError("not_found", `There is no secret ${describe(place)}.`, {
    hint: "secret_list shows those that exist; name one with its agent or level.",
  });

/** A place in words. */
export function describe({ name, level, agent }: Place): string {
  return level === "agent" ? `"${name}" of the agent "${agent}"` : `"${name}" at the level "${level}"`;
}

/** A place for the audit trail. */
export const subjectOf = ({ name, level, agent }: Place): string =>
  `secret:${level === "agent" ? `agent/${agent}` : level}/${name}`;
