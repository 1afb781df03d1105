import type { Target } from "../config.ts";
import { SettingError } from "../setting-error.ts";

/** The directories of a local database, for what only makes sense beside it. */
export function localPlace(target: Target, verb: string): { dataDir?: string; configDir?: string } {
  if (target.kind !== "embedded") {
    throw new SettingError(`moorage ${verb} is for a database on this machine; whoever runs the other one backs it up`);
  }
  const { kind: _, ...place } = target;
  return place;
}
