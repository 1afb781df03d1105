/** Runs the tools of others. What is secret goes to their standard input or environment, never into their arguments. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { AppError } from "@moorage/shared/errors";

export interface Run {
  command: string;
  args: readonly string[];
  /** What a person reads of it. */
  title: string;
  input?: string;
  env?: Readonly<Record<string, string>>;
  /** It runs what others wrote, and needs no account: it gets the keys to none. */
  withoutAccounts?: boolean;
}

export interface Ran {
  ok: boolean;
  stdout: string;
  /** The end of what it said, for the log of a failure. */
  said: string;
}

const SAID_CHARS = 8_000;
/** What a person reads of it: the reason is in the last lines. */
const SHOWN_CHARS = 400;
/** A push of the functions takes a minute or two; what takes longer hangs. */
const LIMIT_MS = 15 * 60_000;

export type Tools = (run: Run) => Promise<Ran>;

/** Tools as they are installed in `folder`, else on the PATH. */
export function toolsIn(folder: string, env: Readonly<Record<string, string | undefined>>): Tools {
  const path = [join(folder, "node_modules", ".bin"), env["PATH"] ?? ""].join(delimiter);
  return ({ command, args, input = "", env: more = {}, withoutAccounts = false }) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, [...args], {
        cwd: folder,
        env: {
          ...(withoutAccounts ? withoutKeys(env) : env),
          ...more,
          PATH: path,
          WRANGLER_SEND_METRICS: "false",
          CI: "1",
        },
        stdio: ["pipe", "pipe", "pipe"],
        shell: process.platform === "win32",
      });
      // A timer of `spawn` itself would outlive a program that could not be started, and hold this one up.
      const limit = setTimeout(() => child.kill(), LIMIT_MS).unref();
      let stdout = "";
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        said = (said + text).slice(-SAID_CHARS);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-SAID_CHARS);
      });
      child.stdin.on("error", () => {});
      child.on("error", (cause) => reject(missing(command, cause)));
      child.on("close", (code) => {
        clearTimeout(limit);
        resolve({ ok: code === 0, stdout, said: plain(said, env) });
      });
      child.stdin.end(input);
    });
}

/** Without colours, and without the keys to the accounts, which a tool may repeat. */
function plain(said: string, env: Readonly<Record<string, string | undefined>>): string {
  const keys = ACCOUNT_KEYS.flatMap((name) => env[name]?.trim() || []);
  return hide(stripVTControlCharacters(said), keys);
}

const ACCOUNT_KEYS = [
  "CONVEX_DEPLOY_KEY",
  "CONVEX_SELF_HOSTED_ADMIN_KEY",
  "CLOUDFLARE_API_TOKEN",
  "CLOUDFLARE_API_KEY",
];

const withoutKeys = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !ACCOUNT_KEYS.includes(name)));

const hide = (text: string, secrets: readonly string[]) =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, "[hidden]"), text);

const missing = (command: string, cause: unknown) =>
  new AppError("setup", `${command} cannot be run on this machine.`, {
    hint: `Install Node with npm, and look whether \`${command}\` is on the PATH.`,
    cause,
  });

/** Its output, or an error with the tool's own words: they are for the person who runs it. */
export async function must(tools: Tools, run: Run, hint: string, secrets: readonly string[] = []): Promise<string> {
  const { ok, stdout, said } = await tools(run);
  if (ok) return stdout;
  // A tool may repeat what it was given.
  throw new AppError("setup", `${run.title} failed.`, { hint, cause: wordsOf(hide(said, secrets)) });
}

/** The end of what a tool said, as the reason of an error. */
export const wordsOf = (said: string): Error => new Error(said.trim().slice(-SHOWN_CHARS));
