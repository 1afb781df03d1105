import { parseArgs } from "node:util";
import { SettingError } from "./setting-error.ts";

/** `value` may come once, `list` repeatedly, `switch` takes none. */
export type FlagKind = "value" | "list" | "switch";

export interface Flags {
  /** Values in the order they came; a switch has none. */
  values: ReadonlyMap<string, readonly string[]>;
  positionals: readonly string[];
}

/** Reads `--name value`, `--name=value` and `--switch`; anything else that begins with a dash is refused by name. */
export function readFlags(
  args: readonly string[],
  kinds: Readonly<Record<string, FlagKind>>,
  help = "moorage --help",
): Flags {
  const { tokens, positionals } = parseFlags(args, kinds);
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const kind = Object.hasOwn(kinds, token.name) ? kinds[token.name] : undefined;
    if (kind === undefined) throw new SettingError(`unknown option ${token.rawName}; ${help} lists them`);
    if (kind === "switch" && token.value !== undefined) throw new SettingError(`${token.rawName} takes no value`);
    if (kind !== "switch" && token.value === undefined) throw new SettingError(`${token.rawName} needs a value`);
    const before = values.get(token.name) ?? [];
    if (kind === "value" && before.length > 0) throw new SettingError(`${token.rawName} is given twice`);
    values.set(token.name, token.value === undefined ? before : [...before, token.value]);
  }
  return { values, positionals };
}

/** The words told apart, whatever they are. */
export function parseFlags(args: readonly string[], kinds: Readonly<Record<string, FlagKind>>) {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === "switch" ? ("boolean" as const) : ("string" as const), multiple: true },
    ]),
  );
  return parseArgs({ args: [...args], options, strict: false, tokens: true });
}
