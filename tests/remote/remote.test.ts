/** `npm run remote`, run as a user runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, describe, expect, it, vi } from "vitest";

const script = fileURLToPath(new URL("../../scripts/remote.ts", import.meta.url));
const running: ChildProcess[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "moorage-test-"));
  directories.push(made);
  return made;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return { child, output, exit: once(child, "close").then(([code]) => code as number | null) };
}

async function ready(...args: string[]) {
  const run = start(...args);
  await vi.waitFor(() => expect(run.output.stdout).toContain("Ctrl-C"), { timeout: 60_000, interval: 50 });
  const { stdout, stderr } = run.output;
  const entry = JSON.parse(stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1)) as {
    mcpServers: { moorage: { command: string; args: string[]; env: Record<string, string> } };
  };
  const addresses = stderr.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
  const [, kept] = /kept in (\S+)/.exec(stdout) ?? [];
  return { ...run, server: entry.mcpServers.moorage, addresses, kept: kept! };
}

type Server = Awaited<ReturnType<typeof ready>>["server"];

async function callTool(server: Server, name: string, args: Record<string, unknown>): Promise<string> {
  const client = new Client({ name: "tests", version: "0" });
  await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
  const result = await client.callTool({ name, arguments: args });
  await client.close();
  return JSON.stringify(result.structuredContent);
}

const isClosed = async (address: string) =>
  await fetch(address).then(
    () => false,
    () => true,
  );

describe("npm run remote", { timeout: 90_000 }, () => {
  it("prints an entry that works, and at Ctrl-C ends all it started and leaves nothing behind", async () => {
    const { child, exit, server, addresses, kept } = await ready();
    expect(addresses).toHaveLength(2);
    expect(existsSync(kept)).toBe(true);
    await callTool(server, "memory_add", { type: "fact", content: "The harbour opens at six." });
    expect(await callTool(server, "memory_search", { query: "harbour" })).toContain("opens at six");
    child.kill("SIGINT");
    expect(await exit).toBe(0);
    expect(await Promise.all(addresses.map(isClosed))).toEqual([true, true]);
    expect(existsSync(kept)).toBe(false);
  });

  it("keeps the data where it is told, but not the keys", async () => {
    const data = directory();
    const first = await ready("--data-dir", data);
    await callTool(first.server, "memory_add", { type: "fact", content: "The harbour opens at six." });
    first.child.kill("SIGTERM");
    expect(await first.exit).toBe(0);
    const second = await ready("--data-dir", data);
    expect(await callTool(second.server, "memory_list", {})).toContain("opens at six");
    const { MOORAGE_URL } = second.server.env;
    const old = { ...second.server, env: { ...first.server.env, MOORAGE_URL: MOORAGE_URL! } };
    expect(await callTool(old, "memory_list", {})).toContain("unauthenticated");
  });

  it("leaves no Worker behind when it is killed outright", async () => {
    const { child, exit, addresses, kept } = await ready();
    directories.push(kept);
    child.kill("SIGKILL");
    await exit;
    await vi.waitFor(async () => expect(await Promise.all(addresses.map(isClosed))).toEqual([true, true]), 20_000);
  });

  it("says in one line that a port is taken, or that an option is wrong", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const taken = start("--port", String(port));
    const wrong = start("--convex-port", "eighty");
    expect([await taken.exit, await wrong.exit]).toEqual([1, 1]);
    expect(taken.output.stderr).toBe(`--port ${port}: the port is taken or not allowed. Choose another.\n`);
    expect(wrong.output.stderr).toBe('--convex-port must be a port number, not "eighty".\n');
    other.close();
  });
});
