/** `moorage …` in this process, with streams that a test fills and reads. */
import { PassThrough } from "node:stream";
import { runWords } from "moorage/cli";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Home {
  dataDir: string;
  configDir: string;
}

/** Runs a command on the local database in `home`; at a terminal where `terminal` says so, which types nothing. */
export async function moorage(
  home: Home,
  words: readonly string[],
  { stdin = "", terminal = false, env = {} }: { stdin?: string; terminal?: boolean; env?: Record<string, string> } = {},
): Promise<Ran> {
  const stream = () => Object.assign(new PassThrough(), terminal ? { isTTY: true } : {});
  const [input, stdout, stderr] = [new PassThrough(), stream(), stream()];
  input.end(stdin);
  const read = (output: PassThrough) => String(output.read() ?? "");
  const code = await runWords(words, { kind: "embedded", ...home }, { env, stdin: input, stdout, stderr });
  return { code, stdout: read(stdout), stderr: read(stderr) };
}
