import type { Target } from "../config.ts";
import type { ProfileName } from "../profiles.ts";

/** The profile that `login` and `logout` are about; their target is never another. */
export function profileOf(target: Target): ProfileName {
  if (target.kind !== "profile") throw new TypeError("login and logout are about a profile");
  const { kind: _, ...which } = target;
  return which;
}
