/** A command as it can be pasted: this very program, with the settings by which it finds what the server uses. */
import type { Target } from "../config.ts";
import { quote, quoteForPowerShell } from "../shell.ts";

export interface Program {
  node: string;
  entry: string;
  platform: NodeJS.Platform;
}

export const thisProgram = (): Program => ({
  node: process.execPath,
  // Node has made it absolute.
  entry: `${process.argv[1]}`,
  platform: process.platform,
});

/** A key is in no command: whoever types it has one of their own. */
export function commandLine(program: Program, target: Target, words: readonly string[]): string {
  const settings = Object.entries(settingsOf(target));
  const profile = target.kind === "profile" ? ["--profile", target.name] : [];
  const parts = [program.node, program.entry, ...profile, ...words];
  if (program.platform === "win32") {
    const assignments = settings.map(([name, value]) => `$env:${name} = ${quoteForPowerShell(value)}; `);
    return `${assignments.join("")}& ${parts.map(quoteForPowerShell).join(" ")}`;
  }
  return [...settings.map(([name, value]) => `${name}=${quote(value)}`), ...parts.map(quote)].join(" ");
}

/** The same for words that name their profile themselves, on the directories that this command was given. */
export function ownLine({ configDir, ...target }: Target, words: readonly string[]): string {
  const dataDir = target.kind === "remote" ? undefined : target.dataDir;
  const here = {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(configDir === undefined ? {} : { configDir }),
  };
  return commandLine(thisProgram(), { kind: "embedded", ...here }, words);
}

function settingsOf(target: Target): Record<string, string> {
  if (target.kind === "remote") return { MOORAGE_URL: target.address };
  const dataDir = target.kind === "embedded" ? target.dataDir : undefined;
  const { configDir } = target;
  return {
    ...(dataDir === undefined ? {} : { MOORAGE_DATA_DIR: dataDir }),
    ...(configDir === undefined ? {} : { MOORAGE_CONFIG_DIR: configDir }),
    // Without it nothing that concerns a cloud can be done there.
    ...(target.kind !== "embedded" || target.publicUrl === undefined ? {} : { MOORAGE_PUBLIC_URL: target.publicUrl }),
  };
}
