/** Which Moorage a command or an entry is about. */
import type { Target } from "../config.ts";
import { findProfile } from "../profiles.ts";

/** Undefined for the database of this machine. */
export function addressOf(target: Target): string | undefined {
  if (target.kind === "remote") return target.address;
  return target.kind === "profile" ? findProfile(target)?.address : undefined;
}

export type Needs = "remote" | "embedded";

export const needsOf = (address: string | undefined): Needs => (address === undefined ? "embedded" : "remote");
