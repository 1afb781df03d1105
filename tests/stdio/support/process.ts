/** A server process with its pipes held by hand, for what no well-behaved client would send. */
import { spawn } from "node:child_process";

export interface Message {
  jsonrpc: "2.0";
  id?: string | number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

export interface ServerProcess {
  readonly pid: number;
  write(text: string | Buffer): void;
  send(message: Omit<Message, "jsonrpc">): void;
  /** The answer to a request, whenever it came or comes. */
  answer(id: string | number): Promise<Message>;
  /** Every line that the server wrote to standard output. */
  lines(): string[];
  errors(): string;
  endInput(): void;
  closeOutput(): void;
  closeErrors(): void;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
  kill(): void;
}

export function startProcess(entry: string, args: string[], env: Record<string, string>): ServerProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
  });
  const lines: string[] = [];
  const answers = new Map<string | number, Message>();
  const waiting = new Map<string | number, (message: Message) => void>();
  let pending = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    pending += text;
    const complete = pending.split("\n");
    pending = complete.pop() ?? "";
    for (const line of complete) {
      lines.push(line);
      const message = JSON.parse(line) as Message | Message[];
      // A batch's answers are for its own test to read.
      if (Array.isArray(message)) continue;
      if (message.id === undefined || message.method !== undefined) continue;
      answers.set(message.id, message);
      waiting.get(message.id)?.(message);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // The server may end before it has read everything.
  child.stdin.on("error", () => {});
  return {
    pid: child.pid!,
    write: (text) => void child.stdin.write(text),
    send: (message) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    answer: (id) =>
      new Promise((resolve) => {
        const answer = answers.get(id);
        if (answer === undefined) waiting.set(id, resolve);
        else resolve(answer);
      }),
    lines: () => lines,
    errors: () => errors,
    endInput: () => void child.stdin.end(),
    closeOutput: () => void child.stdout.destroy(),
    closeErrors: () => void child.stderr.destroy(),
    exited: new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal }))),
    signal: (name) => void child.kill(name),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The first message of a session. */
export const initialize = (protocolVersion = "2025-11-25"): Omit<Message, "jsonrpc"> => ({
  id: "init",
  method: "initialize",
  params: { protocolVersion, capabilities: {}, clientInfo: { name: "raw", version: "1.0" } },
});

export const toolCall = (id: string | number, name: string, args: object = {}): Omit<Message, "jsonrpc"> => ({
  id,
  method: "tools/call",
  params: { name, arguments: args },
});
