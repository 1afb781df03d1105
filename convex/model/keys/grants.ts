/** What a key may be given: never more than whoever gives it has. */
import { AppError } from "@moorage/shared/errors";
import type { Infer } from "convex/values";
import type { vGrants } from "../../tables/keys.ts";
import { isNetworkInside } from "../networks.ts";
import type { Principal } from "../principal.ts";

export type Grants = Infer<typeof vGrants>;

interface Asked {
  name: string;
  scopes: readonly string[];
  agent?: string | undefined;
  networks?: readonly string[] | undefined;
  /** ISO 8601. */
  expiresAt?: string | undefined;
}

/** The grants asked for, within the giver's own: its agent, its networks and its end hold for what it gives, too. */
export function grantsFor(giver: Principal, asked: Asked): Grants {
  const agent = asked.agent ?? giver.agent;
  const cidrs = asked.networks ?? giver.cidrs;
  const asksUntil = asked.expiresAt === undefined ? Infinity : Date.parse(asked.expiresAt);
  const expiresAt = Math.min(asksUntil, giver.expiresAt ?? Infinity);
  const grants = {
    name: asked.name,
    scopes: [...new Set(asked.scopes)],
    ...(agent === undefined ? {} : { agent }),
    ...(cidrs === undefined ? {} : { cidrs: [...cidrs] }),
    ...(expiresAt === Infinity ? {} : { expiresAt }),
  };
  requireWithin(giver, grants);
  return grants;
}

/** Refuses what would hand out more than the giver has. */
export function requireWithin(giver: Principal, { scopes, agent, cidrs }: Omit<Grants, "name" | "expiresAt">): void {
  const beyond = scopes.filter((scope) => !giver.scopes.includes(scope));
  if (beyond.length > 0)
    throw new AppError("beyond_own_key", `This key cannot give what it lacks: ${beyond.join(", ")}.`);
  if (giver.agent !== undefined && agent !== giver.agent)
    throw new AppError("beyond_own_key", "This key acts for one agent, and can give keys to that agent alone.");
  const own = giver.cidrs;
  if (own !== undefined && !(cidrs ?? ["0.0.0.0/0"]).every((cidr) => isNetworkInside(cidr, own)))
    throw new AppError("beyond_own_key", "This key is bound to networks, and can give keys for those alone.");
}
