/** One user's Moorage as it ships: killed without a word, and started again for the next call. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createBackend } from "moorage/backend/client";
import type { Backend } from "moorage/backend/types";
import { expect } from "vitest";
import { type Command, StdioClient } from "../../support/stdio-client.ts";

export type Answer = Record<string, unknown> & { status?: string };

interface Following {
  /** How long nobody runs it after each death. */
  awayMs?: number;
  /** What goes on elsewhere in a state, until it is left. */
  during?: Record<string, () => Promise<void>>;
  afterDeath?: () => void;
}

const CLOCK = new URL("./clock.ts", import.meta.url).href;

export class Mooring {
  readonly #command: Command;
  #client: StdioClient | undefined;
  #door: { child: ChildProcess; address: string } | undefined;
  #aheadMs = 0;

  constructor(command: Command) {
    this.#command = command;
  }

  async call(name: string, args: object = {}): Promise<Answer> {
    if (this.#client === undefined) {
      this.#client = new StdioClient(this.#now());
      await this.#client.initialize();
    }
    const { content } = await this.#client.call(name, args);
    return JSON.parse(content[0]!.text) as Answer;
  }

  /** What a server on the network calls with its key, at `moorage serve` beside the client's process. */
  async callAs(apiKey: string): Promise<Backend["call"]> {
    this.#door ??= await this.#listen();
    const { address } = this.#door;
    const door = { address, apiKey, fetch, close: async () => {} };
    const backend = createBackend(async () => door, { clientName: () => "tests", readOnly: false });
    return (contract, args) => backend.call(contract, args);
  }

  /** Ends every process of it; when the next one begins, so much time has gone by. */
  async kill(awayMs = 0): Promise<void> {
    await this.#client?.kill();
    this.#client = undefined;
    if (this.#door !== undefined) {
      const { child } = this.#door;
      child.kill("SIGKILL");
      await once(child, "close");
      this.#door = undefined;
    }
    this.#aheadMs += awayMs;
  }

  /** As a person does who reads the page and presses a button. */
  async press({ page }: Answer, decision = "approve"): Promise<void> {
    const html = await (await fetch(`${page}`)).text();
    const [, digest] = /name="digest" value="([^"]+)"/.exec(html) ?? [];
    await send(`${page}`, { digest: `${digest}`, decision });
  }

  /** As a person types a value into the page for it. */
  type({ page }: Answer, value: string): Promise<void> {
    return send(`${page}`, { value });
  }

  /**
   * Follows an operation to its end, and kills everything whenever its state has changed.
   */
  async followWithDeaths(
    operation: string,
    { awayMs = 0, during = {}, afterDeath = () => {} }: Following = {},
  ): Promise<{ outcome: string; states: string[] }> {
    const states: string[] = [];
    for (;;) {
      const answer = await this.call("status_operation", { operation, waitSeconds: 1 });
      const { state, outcome } = answer["operation"] as { state: string; outcome?: string };
      if (states.at(-1) !== state) {
        states.push(state);
        await this.kill(awayMs);
        afterDeath();
      }
      if (outcome !== undefined) return { outcome, states };
      await during[state]?.();
    }
  }

  async close(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
    await this.kill();
  }

  #now(...words: string[]): { args: string[]; env: Record<string, string> } {
    const { args, env } = this.#command;
    return { args: ["--import", CLOCK, ...args, ...words], env: { ...env, TESTS_AHEAD_MS: `${this.#aheadMs}` } };
  }

  async #listen(): Promise<{ child: ChildProcess; address: string }> {
    const { args, env } = this.#now("serve", "--listen", "127.0.0.1:0");
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(process.execPath, args, { env: { PATH, HOME, ...env }, stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await once(lines, "line")) as [string];
    return { child, address: /http:\S+(?=\.$)/.exec(line)![0] };
  }
}

async function send(page: string, fields: Record<string, string>): Promise<void> {
  const headers = { origin: new URL(page).origin };
  const body = new URLSearchParams(fields);
  expect((await fetch(page, { method: "POST", headers, body })).status).toBe(200);
}

export const operationOf = (answer: Answer) => (answer["operation"] as { id: string }).id;
