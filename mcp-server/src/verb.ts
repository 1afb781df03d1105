/** A command for a person at a terminal that is more than one call: `moorage keys create`, `moorage run`. */
import type { Backend } from "./backend/types.ts";
import type { Target } from "./config.ts";
import type { SettingError } from "./setting-error.ts";

/** How a verb is listed, without loading what it does. */
export interface ListedVerb {
  /** As it is typed, `keys create`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly title: string;
  readonly load: () => Promise<{ default: Verb }>;
}

export interface Verb {
  /** What `--help` after it prints: a usage line, then its options. */
  readonly usage: string;
  /** Reads the words after its name and resolves with the exit code. Wrong words are a `SettingError`. */
  run(words: readonly string[], context: VerbContext): Promise<number>;
}

/** A process's own streams; `isTTY` where a person sits. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface VerbContext {
  readonly target: Target;
  /** What is wrong with the settings, where the command is the one that says it; `target` is then as without those. */
  readonly faults?: readonly SettingError[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Moorage with the person's own key (embedded), or with `MOORAGE_API_KEY`; opened by the first call. */
  readonly backend: Backend;
}
