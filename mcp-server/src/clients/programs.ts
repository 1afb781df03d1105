/** Other programs of this machine, and what they say when they fail. */
import { spawnSync } from "node:child_process";
import { isCode } from "../backend/embedded/once.ts";

export type ProgramCall = readonly string[];

const SAID_CHARS = 300;

/** Why a call failed. */
interface Failure {
  call: ProgramCall;
  /** Its words, or how it ended where it had none. */
  said: string;
  /** The same as what it did. */
  how: string;
}

/** One after the other; the first that fails ends it. Undefined where all went well. */
export function runAll(calls: readonly ProgramCall[], waitMs = 60_000): Failure | undefined {
  for (const call of calls) {
    const failure = run(call, waitMs);
    if (failure !== undefined) return { call, ...failure };
  }
  return undefined;
}

function run([program = "", ...args]: ProgramCall, waitMs: number): Omit<Failure, "call"> | undefined {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: waitMs,
    killSignal: "SIGKILL",
    stdio: "pipe",
  });
  if (status === 0) return undefined;
  if (isCode(error, "ETIMEDOUT")) return without(`did not end within ${waitMs / 1000} seconds`);
  if (error !== undefined) return without("could not be started");
  const words = withoutSecrets(`${stderr}\n${stdout}`.replaceAll(/\s+/g, " ").trim());
  if (words === "") return without(`ended with ${signal === null ? `exit code ${status}` : `the signal ${signal}`}`);
  const said = words.length > SAID_CHARS ? `${words.slice(0, SAID_CHARS)}…` : words;
  return { said, how: `said “${said}”` };
}

const without = (how: string) => ({ said: `it ${how}`, how });

/** A program may repeat what it read: long words of letters and digits, as keys are, are left out. */
const withoutSecrets = (text: string) =>
  text.replaceAll(/[\w+=-]{20,}/g, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? "…" : word));
