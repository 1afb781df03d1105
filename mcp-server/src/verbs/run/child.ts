/** The program itself: its streams, its signals and its end are those that it would have without us. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Output, VerbContext } from "../../verb.ts";
import type { Masker } from "./masker.ts";

const SIGNALS = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const;
/** A terminal sends these to its whole foreground, the program included. */
const FROM_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

interface Program {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Absent where a person has agreed to see the values. */
  masker?: Masker;
}

type Streams = Pick<VerbContext, "stdin" | "stdout" | "stderr">;

/** Starts it, and resolves with its exit code as shells give it. */
export async function runChild({ command, args, env, masker }: Program, streams: Streams): Promise<number> {
  const { stdin, stdout, stderr } = streams;
  const goesBy = (output: Output) => (masker === undefined || output.isTTY === true ? "inherit" : "pipe");
  const child = spawn(command, [...args], { env, stdio: ["inherit", goesBy(stdout), goesBy(stderr)] });
  const passOn = SIGNALS.map((signal) => {
    const pass = () => {
      if (stdin.isTTY !== true || !FROM_TERMINAL.includes(signal)) child.kill(signal);
    };
    process.on(signal, pass);
    return () => process.off(signal, pass);
  });
  const outputs = Promise.all([mask(child.stdout, masker, stdout), mask(child.stderr, masker, stderr)]);
  try {
    const code = await new Promise<number>((resolve) => {
      child.on("error", (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === "ENOENT";
        stderr.write(`moorage: ${command} cannot be started: ${isMissing ? "there is no such program" : error.code}\n`);
        resolve(isMissing ? 127 : 126);
      });
      child.on("close", (status, signal) => resolve(status ?? 128 + constants.signals[signal!]));
    });
    await outputs;
    return code;
  } finally {
    for (const stop of passOn) stop();
  }
}

async function mask(source: Readable | null, masker: Masker | undefined, output: Output): Promise<void> {
  if (source === null || masker === undefined) return;
  const masked = source.pipe(masker.stream());
  // Whoever reads may go: then the program's next line finds nobody, as it would without us.
  const leave = () => {
    source.destroy();
    masked.destroy();
  };
  output.on("error", leave);
  masked.pipe(output, { end: false });
  await finished(masked).catch(() => {});
  output.off("error", leave);
}
