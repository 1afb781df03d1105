/** Questions to a person at the terminal. They go to standard error, so that standard output stays the answer's. */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { SettingError } from "../setting-error.ts";
import type { Input, VerbContext } from "../verb.ts";

type Terminal = Pick<VerbContext, "stdin" | "stderr">;

/** Whether there is somebody to ask. */
export const isInteractive = ({ stdin, stderr }: Terminal): boolean => stdin.isTTY === true && stderr.isTTY === true;

/** Yes only for a yes: the end of input and everything else are a no. */
export async function confirm({ stdin, stderr }: Terminal, question: string): Promise<boolean> {
  const [answer = ""] = await readLines(createInterface({ input: stdin }), () => stderr.write(`${question} [y/N] `));
  return /^y(es)?$/i.test(answer.trim());
}

/** A line that is typed or pasted unseen. */
export async function askHidden({ stdin, stderr }: Terminal, label: string): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output, terminal: true });
  // Asked only now that the terminal echoes nothing any more.
  const [line, ...more] = await readLines(reader, () => stderr.write(`${label}: `));
  stderr.write("\n");
  if (line === undefined) throw new SettingError("nothing was typed; nothing has changed");
  // The rest of a pasted key would go to the shell, and half a key would be kept.
  if (more.length > 0) throw new SettingError("this has several lines; give it on standard input instead: … < file");
  return line;
}

/** What has arrived when the first line has ended: one line from a keyboard, several from a paste, none at Ctrl-C. */
function readLines(reader: Interface, ask: () => void): Promise<string[]> {
  const lines: string[] = [];
  return new Promise((resolve) => {
    reader.on("line", (line) => {
      lines.push(line);
      setImmediate(() => reader.close());
    });
    reader.on("SIGINT", () => {
      lines.length = 0;
      reader.close();
    });
    reader.on("close", () => resolve(lines));
    ask();
  });
}

/** Everything on standard input, as it is; `what` it should be is said where it is no text. */
export async function readAll(stdin: Input, { what, maxBytes }: { what: string; maxBytes: number }): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    // One line break more than the value may have, which `echo` adds.
    if (bytes > maxBytes + 2) throw new SettingError(`${what} on standard input must be at most ${maxBytes} bytes`);
    chunks.push(buffer);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new SettingError(`${what} on standard input must be text in UTF-8`);
  }
}

/** A single line without the line break that `echo` and editors add; text of several lines as it is. */
export const withoutLastBreak = (text: string): string => {
  const line = text.replace(/\r?\n$/, "");
  return /[\r\n]/.test(line) ? text : line;
};
