/** The shipped command as clients of others drive it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";

const home = mkdtempSync(join(tmpdir(), "moorage-clients-"));
const bin = join(import.meta.dirname, "../node_modules/.bin");
const env = {
  PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  HOME: home,
  MOORAGE_DATA_DIR: join(home, "data"),
  MOORAGE_CONFIG_DIR: join(home, "config"),
};
let entry: string;
beforeAll(async () => {
  ({ entry } = await buildPackage(join(home, "dist")));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ran {
  code: number;
  stdout: string;
}

const run = async (program: string, ...args: string[]): Promise<Ran> =>
  promisify(execFile)(join(bin, program), args, { cwd: home, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: Ran) => ({ code, stdout }),
  );

describe("mcp-inspector --cli", () => {
  const inspect = (...args: string[]) => run("mcp-inspector", "--cli", process.execPath, entry, ...args);

  it("lists the tools", async () => {
    const { code, stdout } = await inspect("--method", "tools/list", "--format", "json");
    expect(code).toBe(0);
    expect(stdout).toContain('"memory_search"');
  });

  it("calls one, and tells a failure by its exit code", async () => {
    const add = ["--method", "tools/call", "--tool-name", "memory_add"];
    const good = await inspect(...add, "--tool-arg", "type=fact", "--tool-arg", "content=Inspected.");
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("Inspected.") });
    expect((await inspect(...add, "--tool-arg", "type=poem", "--tool-arg", "content=x")).code).toBe(5);
  });
});

describe("mcporter", () => {
  const stdio = () => ["--stdio", `${process.execPath} ${entry}`, "--name", "moorage"];

  it("lists and calls the tools", async () => {
    expect((await run("mcporter", "list", ...stdio())).stdout).toContain("memory_search");
    const { stdout } = await run("mcporter", "call", ...stdio(), "memory_add", "type=fact", "content=Ported.");
    expect(stdout).toContain("Ported.");
  });
});

describe("the SDK's second version", () => {
  it("starts the server, finds that it speaks the revisions before, and calls it", async () => {
    const client = new Client({ name: "test", version: "2" });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [entry], env }));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("memory_search");
    const answer = await client.callTool({
      name: "memory_add",
      arguments: { type: "fact", content: "By the second version." },
    });
    await client.close();
    expect(answer.structuredContent).toMatchObject({ memory: { content: "By the second version." } });
  });

  it("asks its person by a form, and tells them how far a long call has come", async () => {
    const client = new Client({ name: "test", version: "2" }, { capabilities: { elicitation: { form: {} } } });
    const asked: string[] = [];
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      asked.push(params.message);
      return { action: "accept", content: { approve: true } };
    });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [entry], env }));
    const call = async (name: string, args: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: args })).structuredContent as {
        planId: string;
        operation: { id: string };
      };
    const { planId } = await call("deploy_plan", { name: "quay", provider: "simulated" });
    const { operation } = await call("deploy_create", { planId });
    expect(asked).toEqual([expect.stringContaining("quay")]);
    const told: string[] = [];
    const answer = await client.callTool(
      { name: "status_operation", arguments: { operation: operation.id, waitSeconds: 45 } },
      { onprogress: ({ message }) => told.push(`${message}`), timeout: 60_000 },
    );
    await client.close();
    expect(answer.structuredContent).toMatchObject({ operation: { state: "done" } });
    expect(told).toContainEqual(expect.stringMatching(/^create: /));
  }, 90_000);
});
