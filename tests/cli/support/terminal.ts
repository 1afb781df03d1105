/** A process at a terminal of its own, by `script` of util-linux. */
import { spawn, spawnSync } from "node:child_process";

/** Why there is none here; undefined where there is. */
export const noTerminal: string | undefined =
  spawnSync("script", ["--version"]).error === undefined ? undefined : "no `script` command here";

export interface Terminal {
  /** Waits until this has appeared after what was waited for before. */
  sees(text: string): Promise<void>;
  type(text: string): void;
  /** Everything that appeared, what was typed and echoed included. */
  screen(): string;
  exited: Promise<number>;
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

export function startTerminal(command: readonly string[], env: Record<string, string>): Terminal {
  const line = command.map(quote).join(" ");
  const child = spawn("script", ["--quiet", "--flush", "--return", "--command", line, "/dev/null"], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", SHELL: "/bin/sh", TERM: "xterm", ...env },
  });
  let screen = "";
  let seen = 0;
  let check = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    check();
  });
  const exited = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  return {
    sees: (text) =>
      new Promise((resolve, reject) => {
        check = () => {
          const at = screen.indexOf(text, seen);
          if (at === -1) return;
          seen = at + text.length;
          resolve();
        };
        check();
        void exited.then(() => reject(new Error(`It ended without "${text}":\n${screen}`)));
      }),
    type: (text) => void child.stdin.write(text),
    screen: () => screen,
    exited,
  };
}
