/** The built server, driven by raw lines: everything a client may send, and things that none should. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RELATED_TASK_META_KEY, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { memory, openDoor } from "./support/door.ts";
import { initialize, type ServerProcess, startProcess, toolCall } from "./support/process.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-protocol-"));
let entry: string;
let door: Awaited<ReturnType<typeof openDoor>>;
/** Calls of memory_list wait here until a test lets them go. */
const held: (() => void)[] = [];
const running: ServerProcess[] = [];

beforeAll(async () => {
  ({ entry } = await buildPackage(out));
  door = await openDoor({
    "memory:get": ({ args }) => ({ memory: { ...memory, id: args["id"] } }),
    "memory:list": () => new Promise((resolve) => held.push(() => resolve({ memories: [] }))),
  });
});
afterEach(() => {
  for (const release of held.splice(0)) release();
  for (const server of running.splice(0)) server.kill();
});
afterAll(() => {
  door.close();
  rmSync(out, { recursive: true });
});

function start(args: string[] = [], env: Record<string, string> = {}) {
  const server = startProcess(entry, args, { ...door.env, ...env });
  running.push(server);
  return server;
}

const textOf = async (server: ServerProcess, id: string | number) => {
  const { result } = await server.answer(id);
  return JSON.stringify(result?.["structuredContent"]);
};

describe("a session", () => {
  it.each([...SUPPORTED_PROTOCOL_VERSIONS])("in version %s is spoken as asked", async (version) => {
    const server = start();
    server.send(initialize(version));
    expect((await server.answer("init")).result).toMatchObject({
      protocolVersion: version,
      serverInfo: { name: "moorage" },
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
    });
  });

  it("in an unknown version is offered the SDK's newest", async () => {
    const server = start();
    server.send(initialize("2031-01-01"));
    expect((await server.answer("init")).result?.["protocolVersion"]).toBe(SUPPORTED_PROTOCOL_VERSIONS[0]);
  });

  it("hands the client's name on to the door", async () => {
    const server = start();
    server.send(initialize());
    server.send(toolCall(1, "memory_get", { id: "named" }));
    await server.answer(1);
    const call = door.calls.find(({ args }) => args["id"] === "named");
    expect(call?.headers["moorage-client"]).toBe("raw/1.0");
  });

  it("may begin without initialize", async () => {
    const server = start();
    server.send(toolCall(1, "memory_get", { id: "m9" }));
    expect(await textOf(server, 1)).toContain('"id":"m9"');
  });

  it("answers ping", async () => {
    const server = start();
    server.send({ id: "p", method: "ping" });
    expect((await server.answer("p")).result).toEqual({});
  });
});

describe("the end of input", () => {
  it("ends the process", async () => {
    const server = start();
    server.send(initialize());
    await server.answer("init");
    server.endInput();
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it("right after a call still gets the call answered, with or without a last line feed", async () => {
    const server = start();
    server.write(JSON.stringify({ jsonrpc: "2.0", ...toolCall(1, "memory_get", { id: "m1" }) }));
    server.endInput();
    expect(await textOf(server, 1)).toContain("heron");
    expect((await server.exited).code).toBe(0);
  });

  it("is not needed when nobody reads the output any more", async () => {
    const server = start();
    server.send(initialize());
    await server.answer("init");
    server.closeOutput();
    server.send({ id: 1, method: "ping" });
    server.send({ id: 2, method: "ping" });
    expect((await server.exited).code).toBe(0);
  });
});

describe("a request", () => {
  it.each([
    ["for an unknown tool", toolCall(1, "memory_drop"), -32602],
    ["for a tool without a name", { id: 1, method: "tools/call", params: {} }, -32602],
    [
      "with arguments that are a list",
      { id: 1, method: "tools/call", params: { name: "memory_get", arguments: [] } },
      -32602,
    ],
    ["without parameters", { id: 1, method: "tools/call" }, -32602],
    ["of a later protocol", { id: 1, method: "server/discover", params: {} }, -32601],
    ["for logging, which is not offered", { id: 1, method: "logging/setLevel" }, -32601],
    ["to initialize with nothing said", { id: 1, method: "initialize", params: {} }, -32602],
    ["for a second page of tools", { id: 1, method: "tools/list", params: { cursor: "x" } }, -32602],
  ])("%s is a protocol error, and the next one is served", async (_, request, code) => {
    const server = start();
    server.send(request);
    const { error } = await server.answer(1);
    expect(error?.code).toBe(code);
    expect(error?.message).not.toMatch(/[[{]|zod/i);
    server.send(initialize());
    expect((await server.answer("init")).result).toBeDefined();
  });

  it("that is cancelled gets no answer, whatever its id", async () => {
    const server = start();
    server.send(toolCall(0, "memory_list"));
    server.send(toolCall("b", "memory_list"));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(2);
    for (const requestId of [0, "b"]) server.send({ method: "notifications/cancelled", params: { requestId } });
    server.send(toolCall(3, "memory_get", { id: "m1" }));
    await server.answer(3);
    for (const release of held.splice(0)) release();
    server.endInput();
    await server.exited;
    expect(server.lines()).toHaveLength(1);
  });

  it("under an id in use is refused", async () => {
    const server = start();
    server.send(toolCall(7, "memory_list"));
    server.send(toolCall(7, "memory_get", { id: "m1" }));
    expect((await server.answer(7)).error?.code).toBe(-32600);
  });

  it("among a hundred at once is answered by its own id", async () => {
    const server = start();
    const ids = Array.from({ length: 100 }, (_, index) => index);
    for (const id of ids) server.send(toolCall(id, "memory_get", { id: `m-${id}` }));
    for (const id of ids) expect(await textOf(server, id)).toContain(`"id":"m-${id}"`);
  });
});

describe("a message in a form that is not to be handled", () => {
  const secret = "Ben's own words";
  const call = (more: object, params: object = {}) => ({
    ...toolCall(1, "memory_get", { id: secret }),
    ...more,
    params: { name: "memory_get", arguments: { id: secret }, ...params },
  });

  it.each<[string, object, number]>([
    ["a text for _meta", call({}, { _meta: "bad" }), -32602],
    ["an object for a progress token", call({}, { _meta: { progressToken: {} } }), -32602],
    ["a field of its own", call({ extra: secret }), -32600],
    ["parameters by position", { id: 1, method: "tools/call", params: [secret] }, -32602],
  ])("for %s is refused, and the process ends at once with its input", async (_, message, code) => {
    const server = start();
    server.send(message);
    expect((await server.answer(1)).error?.code).toBe(code);
    server.endInput();
    const before = Date.now();
    expect((await server.exited).code).toBe(0);
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(server.errors()).not.toContain(secret);
    expect(server.errors().split("\n")).toHaveLength(2);
  });

  it.each<[string, object]>([
    ["a cancellation of nothing", { method: "notifications/cancelled", params: { requestId: { secret } } }],
    ["progress of nothing", { method: "notifications/progress", params: { progressToken: secret, message: secret } }],
    ["an answer nobody waits for", { id: 77, error: { code: 1, message: secret } }],
    ["a request without a usable id", { id: 1.5, method: "tools/call", params: { name: secret } }],
  ])("that is %s is at most one line in the log, without its content", async (_, message) => {
    const server = start();
    server.send(toolCall(2, "memory_get", { id: "m1" }));
    await server.answer(2);
    server.send(message);
    server.endInput();
    expect((await server.exited).code).toBe(0);
    expect(server.errors()).not.toContain(secret);
    expect(server.errors().split("\n").length).toBeLessThanOrEqual(2);
  });
});

it("a request for a task, which is not offered, is answered as ever", async () => {
  const server = start();
  const { params, ...call } = toolCall(1, "memory_get", { id: "m1" });
  server.send({ ...call, params: { ...params, task: { ttl: 60_000 } } });
  expect(await textOf(server, 1)).toContain("heron");
});

it("null is as good as nothing where a client writes it for what it leaves out", async () => {
  const server = start();
  server.write('{"jsonrpc":"2.0","id":1,"method":"ping","params":null}\n');
  server.send({ id: 2, method: "tools/list", params: { cursor: null, _meta: null } });
  server.send({ id: 3, method: "tools/call", params: { name: "memory_get", arguments: null } });
  server.send({ ...toolCall(4, "memory_get", { id: "m1", history: null, cursor: null }) });
  expect((await server.answer(1)).result).toEqual({});
  expect((await server.answer(2)).result).toHaveProperty("tools");
  expect(await textOf(server, 3)).toContain("id: is required");
  expect(await textOf(server, 4)).toContain("heron");
});

it("what _meta holds for others does not matter", async () => {
  const server = start();
  const { params, ...call } = toolCall(1, "memory_get", { id: "m1" });
  server.send({ ...call, params: { ...params, _meta: { progressToken: 0, [RELATED_TASK_META_KEY]: "odd" } } });
  expect(await textOf(server, 1)).toContain("heron");
});

it.each(["replay", "moorage:initialize", '"1"'])("%j is an id as any other", async (id) => {
  const server = start();
  server.send(initialize());
  server.send(toolCall(id, "memory_get", { id: "m1" }));
  server.send(toolCall(1, "memory_get", { id: "m2" }));
  server.send(toolCall("1", "memory_get", { id: "m3" }));
  expect(await textOf(server, id)).toContain('"id":"m1"');
  expect(await textOf(server, 1)).toContain('"id":"m2"');
  expect(await textOf(server, "1")).toContain('"id":"m3"');
});

describe("a batch", () => {
  const line = (...messages: object[]) =>
    `${JSON.stringify(messages.map((message) => ({ jsonrpc: "2.0", ...message })))}\n`;
  const answered = async (server: ServerProcess) => {
    await expect.poll(() => server.lines().length, { timeout: 10_000 }).toBe(1);
    return JSON.parse(server.lines()[0] ?? "") as { id: number; error?: { code: number } }[];
  };

  it("is answered in one array, whoever answers", async () => {
    const server = start();
    server.write(
      line(
        { id: 1, method: "ping" },
        toolCall(2, "memory_get", { id: "m1" }),
        { method: "notifications/initialized" },
        { id: 3, method: "tools/call", params: [] },
        toolCall(2, "memory_get", { id: "m1" }),
      ),
    );
    const answers = await answered(server);
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, undefined],
      [3, -32602],
      [2, -32600],
      [2, undefined],
    ]);
  });

  it("does not wait for a request of it that was cancelled", async () => {
    const server = start();
    server.write(line(toolCall(1, "memory_list"), { id: 2, method: "ping" }));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1);
    server.send({ method: "notifications/cancelled", params: { requestId: 1 } });
    expect((await answered(server)).map(({ id }) => id)).toEqual([2]);
  });
});

describe("a line", () => {
  it.each([
    ["is no JSON", "{oops}\n"],
    ["is empty", "\n\r\n"],
    ["is an empty batch", "[]\n"],
    ["is a batch of notifications", '[{"jsonrpc":"2.0","method":"notifications/initialized"}]\n'],
    ["has a null id", '{"jsonrpc":"2.0","id":null,"method":"ping"}\n'],
    ["answers nothing that was asked", '{"jsonrpc":"2.0","id":77,"result":{}}\n'],
    ["is no UTF-8", Buffer.from([0xff, 0xfe, 0x0a])],
  ])("that %s is survived without a word on standard output", async (_, line) => {
    const server = start();
    server.write(line);
    server.send(toolCall(1, "memory_get", { id: "m1" }));
    await server.answer(1);
    expect(server.lines()).toHaveLength(1);
  });

  it("may end in CRLF and be cut inside a character", async () => {
    const server = start();
    const request = toolCall(1, "memory_get", { id: "Grüße an 🚢" });
    for (const byte of Buffer.from(`${JSON.stringify({ jsonrpc: "2.0", ...request })}\r\n`)) {
      server.write(Buffer.from([byte]));
    }
    expect(await textOf(server, 1)).toContain("Grüße an 🚢");
  });

  it("of 4 MB is read, and its content refused for its size", async () => {
    const server = start();
    server.send(toolCall(1, "memory_add", { type: "note", content: "x".repeat(4 * 1024 * 1024) }));
    expect(await textOf(server, 1)).toContain("content: must be at most 32768 bytes");
  });

  it("of 12 MB is dropped, and the next one heard", async () => {
    const server = start();
    server.send(toolCall(1, "memory_get", { id: "x".repeat(12 * 1024 * 1024) }));
    server.send(toolCall(2, "memory_get", { id: "m1" }));
    await server.answer(2);
    expect(server.lines()).toHaveLength(1);
    expect(server.errors()).toBe("moorage: ignored a line that is too long\n");
  });

  it.each(["arguments", "content"])("10,000 levels deep in its %s is refused", async (place) => {
    const server = start();
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const args =
      place === "content" ? `{"type":"note","content":${deep}}` : `{"type":"note","content":"x","deep":${deep}}`;
    server.write(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memory_add","arguments":${args}}}\n`);
    expect(await textOf(server, 1)).toContain('"code":"invalid_input"');
  });

  it("10,000 levels deep in what is none of our business is survived", async () => {
    const server = start();
    const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    server.write(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":${deep}}}\n`);
    server.write(
      `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"memory_get","arguments":{"id":"m1"},"_meta":${deep}}}\n`,
    );
    expect((await server.answer(1)).result).toEqual({});
    expect(await textOf(server, 2)).toContain("heron");
  });
});

it("what is printed inside the process goes to standard error", async () => {
  const code = "process.on('SIGUSR2', () => { console.log('from a library'); console.info('and more'); })";
  const server = start([], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });
  server.send(toolCall(1, "memory_get", { id: "m1" }));
  await server.answer(1);
  server.signal("SIGUSR2");
  await expect.poll(server.errors, { timeout: 10_000 }).toBe("from a library\nand more\n");
  server.send(toolCall(2, "memory_get", { id: "m1" }));
  await server.answer(2);
  expect(server.lines()).toHaveLength(2);
});

it("a client that closes standard error is served all the same", async () => {
  const server = start();
  server.closeErrors();
  server.write("{oops}\n{oops again}\n");
  server.send(toolCall(1, "memory_get", { id: "m1" }));
  expect(await textOf(server, 1)).toContain("heron");
  server.write("{oops once more}\n");
  server.endInput();
  expect((await server.exited).code).toBe(0);
});

describe("the start", () => {
  it("needs no cache directory", async () => {
    const server = start([], { XDG_CACHE_HOME: "/proc/none/cache" });
    server.send(toolCall(1, "memory_get", { id: "m1" }));
    expect(await textOf(server, 1)).toContain("heron");
  });

  it("with a setting that cannot be used is one line on standard error and exit code 1", async () => {
    const server = start(["--features", "cake"]);
    expect((await server.exited).code).toBe(1);
    expect(server.lines()).toEqual([]);
    expect(server.errors()).toMatch(/^moorage: --features has no "cake"; choose from [a-z,]+\n$/);
  });
});
