/** `moorage serve` as it ships: it runs without a client, listens where it is told, bounds what it is sent, and ends cleanly. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import { createBackend } from "moorage/backend/client";
import { openEmbedded } from "moorage/backend/embedded/open";
import type { Backend, Door } from "moorage/backend/types";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";

const built = mkdtempSync(join(tmpdir(), "moorage-serve-built-"));
let entry: string;
beforeAll(async () => {
  ({ entry } = await buildPackage(join(built, "dist")));
});
afterAll(() => rmSync(built, { recursive: true }));

let home: string;
let processes: ChildProcess[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-serve-"));
  processes = [];
});
afterEach(async () => {
  for (const child of processes) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  rmSync(home, { recursive: true });
});

const directories = () => ({ dataDir: join(home, "data"), configDir: join(home, "config") });

function start(args: string[], env: Record<string, string> = {}) {
  const { dataDir, configDir } = directories();
  const child = spawn(process.execPath, [entry, "serve", ...args], {
    env: { PATH: "/usr/bin:/bin", HOME: home, MOORAGE_DATA_DIR: dataDir, MOORAGE_CONFIG_DIR: configDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  processes.push(child);
  const errors: string[] = [];
  child.stderr!.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    child,
    errors: () => errors.join(""),
    line: async () => String((await lines.next()).value),
    exited: once(child, "exit").then(([code]) => code as number | null),
  };
}

const LISTENS = /^Moorage runs and listens at (http:\S+)\.$/;

/** A key of this Moorage, as its holder reaches it over the network. */
async function throughSocket(address: string): Promise<{ door: Door; backend: Backend }> {
  const local = await openEmbedded({ ...directories(), key: "owner" });
  const owner = createBackend(async () => local, { clientName: () => "tests", readOnly: false });
  const { text } = await owner.call(keys.create, { name: "laptop", scopes: ["memory:read", "memory:write"] });
  await owner.close();
  const door: Door = { address, apiKey: text, fetch, close: async () => {} };
  return { door, backend: createBackend(async () => door, { clientName: () => "tests", readOnly: false }) };
}

describe("moorage serve", () => {
  it("runs without listening until it is interrupted, beside other processes on the same file", async () => {
    const server = start([]);
    expect(await server.line()).toBe("Moorage runs; nothing listens.");
    const local = await openEmbedded({ ...directories(), key: "agent" });
    await local.close();
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.errors()).toBe("");
  });

  it("listens where it is told, knows callers by their sockets, and is gone when it ends", async () => {
    const server = start(["--listen", "127.0.0.1:0"]);
    const [, address] = LISTENS.exec(await server.line()) ?? [];
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${address}/health`)).json()).toMatchObject({ ok: true });
    const { backend } = await throughSocket(address!);
    expect((await backend.call(memory.list, {})).memories).toEqual([]);
    server.child.kill("SIGINT");
    expect(await server.exited).toBe(0);
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  it("says that servers cannot find it without MOORAGE_PUBLIC_URL, and that an address for it must be https", async () => {
    const silent = start(["--listen", "127.0.0.1:0"]);
    await silent.line();
    expect(await silent.line()).toContain("MOORAGE_PUBLIC_URL");
    const wrong = start([], { MOORAGE_PUBLIC_URL: "http://moorage.example.com" });
    expect(await wrong.exited).toBe(1);
    expect(wrong.errors()).toContain("MOORAGE_PUBLIC_URL must be an https address");
  });

  it("says what is wrong with an address, or that another program listens there", async () => {
    const wrong = start(["--listen", "everywhere"]);
    expect(await wrong.exited).toBe(1);
    expect(wrong.errors()).toContain("--listen must be a port or an address with one, such as 127.0.0.1:8787");
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const second = start(["--listen", String(port)]);
    expect(await second.exited).toBe(1);
    expect(second.errors()).toContain(`Cannot listen at 127.0.0.1:${port}: another program does.`);
    other.close();
  });

  it("serves this machine's Moorage alone", async () => {
    const server = start([], {
      MOORAGE_URL: "https://moorage.example.com",
      MOORAGE_API_KEY: "moor_0000000000000000_0000000000000000000000000000000000000000000000000",
    });
    expect(await server.exited).toBe(1);
  });
});

describe("what is too much for a door that listens", () => {
  it("is bounded: large bodies, deep ones, many at once; and it goes on", async () => {
    const server = start(["--listen", "127.0.0.1:0"]);
    const [, address] = LISTENS.exec(await server.line()) ?? [];
    const { door, backend } = await throughSocket(address!);
    const send = async (body: BodyInit, path = "/api/mutation") => {
      const headers = { authorization: `Bearer ${door.apiKey}` };
      const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
      return ((await (await fetch(`${address}${path}`, init)).json()) as { errorMessage?: string }).errorMessage;
    };
    // The answer comes before the body has, so that its sender may find the connection closed instead.
    expect(await send("x".repeat(4 * 1024 * 1024)).catch(() => "ended")).toMatch(/^(too_large|ended)$/);
    const endless = new ReadableStream({
      // A turn of the event loop each: a source that is always ready would leave none for the answer.
      pull: async (controller) => {
        await setImmediate();
        controller.enqueue(new Uint8Array(64 * 1024).fill(120));
      },
    });
    expect(await send(endless).catch(() => "ended")).toMatch(/^(too_large|ended)$/);
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const call = (args: string) => `{"path":"memory:add","format":"json","args":[${args}]}`;
    expect(await send(call(`{"type":"fact","content":${deep}}`))).toBe("invalid_input");
    const many = await Promise.all(
      Array.from({ length: 100 }, (_, at) => backend.call(memory.add, { type: "note", content: `the berth ${at}` })),
    );
    expect(many).toHaveLength(100);
    expect((await backend.call(memory.list, { limit: 100 })).memories).toHaveLength(100);
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(0);
  });
});
