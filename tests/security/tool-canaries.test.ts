/** Attack classes 1 and 15: no tool lets a value out, whatever becomes of the call, and standard output is the protocol's. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import { createBackend } from "moorage/backend/client";
import { openEmbedded } from "moorage/backend/embedded/open";
import type { Door } from "moorage/backend/types";
import { PROMPTS } from "moorage/prompts/index";
import { RESOURCES } from "moorage/resources/index";
import { TOOLS } from "moorage/tools/index";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { initialize, type ServerProcess, startProcess, toolCall } from "../stdio/support/process.ts";
import { canariesIn } from "../support/canaries.ts";
import { callTool } from "../support/session.ts";
import { inputOf } from "../support/tool-samples.ts";

const CANARY = "canary/Zk9?+hidden value=47";
const TYPED = "canary-typed/Qx3?+on the page=11";
const SAFE_TOOLS = TOOLS.filter(({ reveals }) => !reveals);

describe("the built server, with a value at every level and every key of its own a canary", () => {
  const out = mkdtempSync(join(tmpdir(), "moorage-canaries-"));
  const dirs = { dataDir: join(out, "data"), configDir: join(out, "config") };
  let entry: string;
  let server: ServerProcess;

  beforeAll(async () => {
    ({ entry } = await buildPackage(join(out, "built")));
    const door = () => openEmbedded({ ...dirs, key: "owner" });
    const owner = createBackend(door, { clientName: () => "tests", readOnly: false });
    for (const place of [{}, { level: "global" }, { agent: "cook" }])
      await owner.call(secrets.set, { name: "CANARY", value: CANARY, ...place });
    await owner.call(memory.add, { type: "fact", content: "The harbour opens at six." });
    await owner.close();
  });
  beforeEach(() => {
    const env = { MOORAGE_DATA_DIR: dirs.dataDir, MOORAGE_CONFIG_DIR: dirs.configDir, PASSED_ON: CANARY };
    server = startProcess(entry, [], env);
    server.send(initialize());
  });
  afterEach(() => server.kill());
  afterAll(() => rmSync(out, { recursive: true }));

  /** What opens everything: in the key file and nowhere else. */
  function keys(): string[] {
    const [file] = readdirSync(dirs.configDir);
    const { signingKey, masterKeys, auditKeys, agent, owner, door } = JSON.parse(
      readFileSync(join(dirs.configDir, file!), "utf8"),
    );
    const symmetric = [...masterKeys.keys, ...auditKeys.keys].map(({ k }: { k: string }) => k);
    return [signingKey.d, ...symmetric, agent, owner, door];
  }
  const found = (text: string) => canariesIn(text, CANARY, TYPED, ...keys());
  const onDisk = () =>
    readdirSync(dirs.dataDir)
      .map((file) => readFileSync(join(dirs.dataDir, file), "latin1"))
      .join("\n");
  /** Every line is a message of the protocol, and an answer to what was asked. */
  function expectProtocol(ids: readonly string[]) {
    for (const line of server.lines()) {
      const message = JSON.parse(line) as { jsonrpc: string; id: string };
      expect(message.jsonrpc).toBe("2.0");
      expect([...ids, "init"]).toContain(message.id);
    }
  }

  it("would be caught: the keys are where they belong, and found there", () => {
    const [file] = readdirSync(dirs.configDir);
    expect(found(readFileSync(join(dirs.configDir, file!), "utf8"))).toHaveLength(keys().length * 3);
    expect(found(Buffer.from(`a ${CANARY}`).toString("base64"))).toHaveLength(1);
  });

  it("keeps them to itself in every tool's success and error, on its pages and on its disk", async () => {
    const calls: [string, object][] = [
      ...SAFE_TOOLS.map((tool): [string, object] => [tool.name, inputOf(tool)]),
      ...SAFE_TOOLS.map((tool): [string, object] => [tool.name, { ...inputOf(tool), value: CANARY }]),
      ["secret_copy", { name: "CANARY", toAgent: "baker" }],
      ["secret_copy", { name: "CANARY", agent: "cook", toLevel: "global" }],
      ["secret_delete", { name: "CANARY", dryRun: true }],
      ["secret_delete", { name: "CANARY" }],
      ["secret_rotate", { name: "CANARY" }],
      ["secret_explain", { agent: "cook" }],
      ["secret_rollout", { name: "CANARY" }],
    ];
    const ids = calls.map((_, index) => `call-${index}`);
    for (const [index, [name, input]] of calls.entries()) server.send(toolCall(ids[index]!, name, input));
    const answers = await Promise.all(ids.map((id) => server.answer(id)));
    const pages = answers.flatMap(({ result }) => {
      const { page } = result!["structuredContent"] as { page?: string };
      return page ?? [];
    });
    expect(pages.map((page) => new URL(page).pathname.split("/")[1])).toEqual(["approve", "approve", "secret"]);
    const bodies: string[] = [];
    for (const page of pages) {
      const [shown, sent] = [await fetch(page), await fetch(page, form(page))];
      bodies.push(await shown.text(), await sent.text());
    }
    server.endInput();
    await server.exited;
    expectProtocol(ids);
    expect(found(server.lines().join("\n"))).toEqual([]);
    expect(found(server.errors())).toEqual([]);
    expect(found(bodies.join("\n"))).toEqual([]);
    expect(found(onDisk())).toEqual([]);
  });

  it("keeps them to itself in every prompt and resource, read and refused", async () => {
    const addresses = RESOURCES.map(({ uri }) => uri.replaceAll(/\{\w+\}/g, "k57"));
    const requests = [
      ...PROMPTS.flatMap(({ name }) => [{ name }, { name, arguments: { agent: "no such agent!" } }]).map((params) => ({
        method: "prompts/get",
        params,
      })),
      ...addresses.map((uri) => ({ method: "resources/read", params: { uri } })),
      { method: "resources/read", params: { uri: "moorage://secret/CANARY" } },
    ];
    for (const [id, request] of requests.entries()) server.send({ id, ...request });
    const answers = await Promise.all(requests.map((_, id) => server.answer(id)));
    expect(answers.filter(({ result }) => result !== undefined).length).toBeGreaterThanOrEqual(PROMPTS.length);
    expect(found(server.lines().join("\n") + server.errors())).toEqual([]);
  });

  it("keeps them to itself when every call is cancelled", async () => {
    for (const [id, tool] of SAFE_TOOLS.entries()) {
      server.send(toolCall(id, tool.name, inputOf(tool)));
      server.send({ method: "notifications/cancelled", params: { requestId: id } });
    }
    server.send(toolCall("last", "secret_list"));
    await server.answer("last");
    server.endInput();
    await server.exited;
    expectProtocol(["last"]);
    expect(found(server.lines().join("\n") + server.errors() + onDisk())).toEqual([]);
  });
});

/** What a page sends: a value, and a digest for the page that wants one. */
const form = (page: string) => ({
  method: "POST",
  headers: { origin: new URL(page).origin },
  body: new URLSearchParams({ value: TYPED, digest: "A".repeat(43), decision: "approve" }),
});

describe("a backend that fails", () => {
  const apiKey = createApiKey().text;
  const hang = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
    );
  const say =
    (body: unknown, status = 200) =>
    async () =>
      new Response(typeof body === "string" ? body : JSON.stringify(body), { status });

  it.each<[string, Door["fetch"]]>([
    ["by never answering", hang],
    ["with what it was told, as a proxy's page does", say(`<h1>${CANARY} ${apiKey}</h1>`, 502)],
    ["with no JSON", say(`${CANARY} ${apiKey}`)],
    ["in words of its own", say({ status: "error", errorMessage: `${CANARY} ${apiKey}` })],
    ["in data of its own", say({ status: "error", errorMessage: "x", errorData: { code: CANARY, message: apiKey } })],
    ["with a result of its own", say({ status: "success", value: { [CANARY]: CANARY, [apiKey]: apiKey } })],
  ])("%s tells neither the model nor the log what it said", async (_, fetch) => {
    const door = { address: "https://door.test", apiKey, fetch, close: async () => {} };
    const backend = createBackend(door, { clientName: () => "tests", readOnly: false, attemptMs: 20 });
    for (const tool of SAFE_TOOLS) {
      const said: string[] = [];
      const told = await callTool(tool, inputOf(tool), { backend, log: (line) => said.push(line) });
      expect.soft(canariesIn(JSON.stringify([told, said]), CANARY, apiKey), tool.name).toEqual([]);
    }
  });
});
