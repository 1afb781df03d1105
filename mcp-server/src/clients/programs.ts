/** Other programs of this machine, and what they say when they fail. */
import { spawnSync } from "node:child_process";

export type ProgramCall = readonly string[];

const SAID_CHARS = 300;

/** One after the other; the first that fails ends it. Its words, or undefined where all went well. */
export function runAll(calls: readonly ProgramCall[]): { call: ProgramCall; said: string } | undefined {
  for (const call of calls) {
    const said = run(call);
    if (said !== undefined) return { call, said };
  }
  return undefined;
}

function run([program = "", ...args]: ProgramCall): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 60_000,
    stdio: "pipe",
  });
  if (status === 0) return undefined;
  if (error !== undefined) return error.message;
  const words = withoutSecrets(`${stderr}\n${stdout}`.replaceAll(/\s+/g, " ").trim());
  if (words === "") return `exit code ${status}`;
  return words.length > SAID_CHARS ? `${words.slice(0, SAID_CHARS)}…` : words;
}

/** A program may repeat what it read: long words of letters and digits, as keys are, are left out. */
const withoutSecrets = (text: string) =>
  text.replaceAll(/[\w+=-]{20,}/g, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? "…" : word));
