/** As little of an MCP client as measuring and killing need: what is measured is the server. */
import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

export interface Command {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export class StdioClient {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  /** Pieces of a line that has not ended: joined once, or a long answer would cost its client more than its server. */
  #pieces: string[] = [];

  constructor({ args, env }: Command) {
    this.#child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
      // Not the repository: the server looks for a project round it.
      cwd: "/",
    });
    const decoder = new StringDecoder("utf8");
    this.#child.stdout!.on("data", (chunk: Buffer) => this.#read(decoder.write(chunk)));
    // A killed server leaves a broken pipe; what matters is that its calls fail.
    this.#child.stdin!.on("error", () => {});
    this.#exited = new Promise((resolve) => this.#child.once("close", () => resolve()));
    void this.#exited.then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The server has ended."));
      this.#waiting.clear();
    });
  }

  async initialize(): Promise<void> {
    await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "tests", version: "1.0.0" },
    });
    this.#send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }

  request(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** Calls a tool; a call that is refused is no measurement and throws. */
  async call(name: string, args: object): Promise<ToolResult> {
    const result = (await this.request("tools/call", { name, arguments: args })) as ToolResult;
    if (result.isError === true) throw new Error(`${name} failed: ${result.content[0]?.text}`);
    return result;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends as clients end a server, and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin!.end();
    await this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #send(message: object): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  #read(text: string): void {
    const [first, ...lines] = text.split("\n");
    this.#pieces.push(first!);
    for (const next of lines) {
      this.#settle(JSON.parse(this.#pieces.join("")) as Answer);
      this.#pieces = [next];
    }
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id!);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error.message));
  }
}
