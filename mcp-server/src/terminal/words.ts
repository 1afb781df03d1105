/** The words after a verb's name: its options, and the arguments that have none. */
import { type FlagKind, readFlags } from "../flags.ts";
import { SettingError } from "../setting-error.ts";
import { commandOf } from "../usage.ts";

export interface Words {
  /** What stood at the places that the verb names, in order; undefined where nothing did. */
  readonly places: readonly (string | undefined)[];
  /** What stood at the last place and after it, where the place takes several ("ID…"). */
  readonly rest: readonly string[];
  has(flag: string): boolean;
  get(flag: string): string | undefined;
}

/**
 * Reads a verb's words.
 * @example const words = readWords("keys revoke", given, { json: "switch" }, ["ID"]); // "[ID]" may be left out
 */
export function readWords(
  verb: string,
  given: readonly string[],
  flags: Readonly<Record<string, FlagKind>>,
  places: readonly string[] = [],
): Words {
  const help = `${commandOf(verb)} --help`;
  const { values, positionals } = readFlags(given, flags, help);
  const takesSeveral = places.at(-1)?.includes("…") === true;
  const extra = takesSeveral ? undefined : positionals[places.length];
  if (extra !== undefined) throw new SettingError(`unexpected "${extra}"; see ${help}`);
  const missing = places.find((place, at) => !place.startsWith("[") && positionals[at] === undefined);
  if (missing !== undefined) throw new SettingError(`${commandOf(verb)} needs ${missing}; see ${help}`);
  return {
    places: places.map((_, at) => positionals[at]),
    rest: takesSeveral ? positionals.slice(places.length - 1) : [],
    has: (flag) => values.has(flag),
    get: (flag) => values.get(flag)?.[0],
  };
}

/** The parts of `--scopes a,b`. */
export const splitList = (list: string): string[] => list.split(",").map((part) => part.trim());

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90d`, `2h`, `30m` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit!]!;
}
