/** `moorage …` in this process, with streams that a test fills and reads. */
import { PassThrough } from "node:stream";
import { runWords } from "moorage/cli";
import { readCommand } from "moorage/config";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Home {
  dataDir: string;
  configDir: string;
}

interface How {
  stdin?: string;
  /** Whether standard output and error are a terminal, at which nobody types. */
  terminal?: boolean;
  /** What a person types at a terminal, in place of `stdin`. */
  typed?: string;
  env?: Record<string, string>;
}

/** Runs a command as `moorage` does, with the local database in `home` unless its words or `env` lead elsewhere. */
export async function moorage(
  { dataDir, configDir }: Home,
  argv: readonly string[],
  { stdin = "", typed, terminal = typed !== undefined, env: more = {} }: How = {},
): Promise<Ran> {
  const stream = () => Object.assign(new PassThrough(), terminal ? { isTTY: true } : {});
  const [stdout, stderr] = [stream(), stream()];
  const input = Object.assign(new PassThrough(), typed === undefined ? {} : { isTTY: true });
  input.end(typed ?? stdin);
  const read = (output: PassThrough) => String(output.read() ?? "");
  const env = { MOORAGE_DATA_DIR: dataDir, MOORAGE_CONFIG_DIR: configDir, ...more };
  const command = readCommand(argv, env);
  if (command.kind !== "call") throw new TypeError(`${argv.join(" ")} is no command`);
  const { words, target, faults = [] } = command;
  const code = await runWords(words, target, { env, stdin: input, stdout, stderr, faults });
  return { code, stdout: read(stdout), stderr: read(stderr) };
}
