import { createApiKey } from "@moorage/shared/api-key";
import { BODY_BYTES } from "@moorage/shared/limits";
import { describe, expect, it } from "vitest";
import { ADD, type Answer, failure, GET, openDoor } from "./support.ts";

const unauthenticated = { code: "unauthenticated", message: "not for callers", hint: "-", retryable: false };

describe("a caller without a good key", () => {
  const missing = { authorization: "" };
  const wrong = { authorization: `Bearer ${createApiKey().text}` };
  const mistyped = { authorization: wrong.authorization.replace(/.$/, (last) => (last === "0" ? "1" : "0")) };
  const admin = { authorization: "Convex moorage|0123456789" };

  it("gets one answer, whether the key is missing, mistyped, unknown or of another scheme", async () => {
    const door = openDoor({
      resolve: () => failure({ ...unauthenticated, message: "The API key is missing or not valid." }),
    });
    const answers = [];
    for (const headers of [missing, mistyped, wrong, admin]) {
      const { errorData, ...rest } = await door.call("query", "memory:get", GET, headers);
      answers.push(JSON.stringify({ ...rest, errorData: { ...errorData, requestId: "", hint: "" } }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("unauthenticated");
    expect(door.forwarded()).toEqual([]);
  });

  it("learns nothing about functions and arguments", async () => {
    const door = openDoor({ resolve: () => failure(unauthenticated) });
    for (const path of ["memory:get", "no:such"]) {
      expect(await door.call("query", path, { bad: 1 })).toMatchObject({ errorMessage: "unauthenticated" });
    }
  });

  it("does not reach Convex again with the same key for some seconds", async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const door = openDoor({ now: () => now, resolve: () => failure(unauthenticated) });
    await door.call("query", "memory:get", GET);
    await door.call("query", "memory:get", GET);
    expect(door.seen).toHaveLength(1);
    now += 3_000;
    await door.call("query", "memory:get", GET);
    expect(door.seen).toHaveLength(2);
  });

  it("cannot shut out the holder of a key whose id they know", async () => {
    const door = openDoor({
      resolve: ({ claims }) => (claims["proof"] === proof ? openScopes : failure(unauthenticated)),
    });
    let proof: unknown;
    const openScopes = Response.json({ status: "success", value: { scopes: ["memory:read"] } });
    await door.call("query", "memory:get", GET);
    proof = door.seen[0]?.claims["proof"];
    const { formatApiKey } = await import("@moorage/shared/api-key");
    const forged = formatApiKey({ keyId: door.key.keyId, secret: createApiKey().secret });
    await door.call("query", "memory:get", GET, { authorization: `Bearer ${forged}` });
    const fresh = { "cf-connecting-ip": "203.0.113.9" };
    expect(await door.call("query", "memory:get", GET, fresh)).toMatchObject({ status: "success" });
  });
});

describe("a key that Convex stops accepting", () => {
  it("is refused at once, and asked about again before it is believed", async () => {
    let alive = true;
    const door = openDoor({
      upstream: () => (alive ? Response.json({ status: "success", value: 1 }) : failure(unauthenticated)),
      resolve: () =>
        alive ? Response.json({ status: "success", value: { scopes: ["memory:read"] } }) : failure(unauthenticated),
    });
    await door.call("query", "memory:get", GET);
    alive = false;
    expect(await door.call("query", "memory:get", GET)).toMatchObject({ errorMessage: "unauthenticated" });
    const reached = door.seen.length;
    expect(await door.call("query", "memory:get", GET)).toMatchObject({ errorMessage: "unauthenticated" });
    expect(door.seen).toHaveLength(reached);
  });
});

describe("a call the key or the session does not allow", () => {
  it("is refused for a scope the key lacks, by the scope's name", async () => {
    const door = openDoor({ scopes: ["memory:read"] });
    const { errorData } = await door.call("mutation", "memory:add", ADD);
    expect(errorData).toMatchObject({ code: "missing_scope", message: 'This key lacks the scope "memory:write".' });
    expect(door.forwarded()).toEqual([]);
  });

  it("is refused when it writes in a read-only session, whatever the key may do", async () => {
    const door = openDoor();
    expect(await door.call("mutation", "memory:add", ADD, { "moorage-mode": "read" })).toMatchObject({
      errorMessage: "read_only",
    });
    expect(await door.call("query", "memory:get", GET, { "moorage-mode": "read" })).toMatchObject({
      status: "success",
    });
    expect(door.forwarded().map(({ path }) => path)).toEqual(["memory:get"]);
  });

  it("is refused under a mode that is not known", async () => {
    const door = openDoor();
    expect(await door.call("query", "memory:get", GET, { "moorage-mode": "raed" })).toMatchObject({
      errorData: { code: "invalid_input", message: 'Moorage-Mode: must be "read" or absent' },
    });
  });

  it.each(["no:such", "tenants:provision", "keys:end", "_system/cli/tables", "memory.js:get", "__proto__", "memory"])(
    "is refused for %s, which has no contract",
    async (path) => {
      const door = openDoor();
      expect(await door.call("mutation", path, {})).toMatchObject({ errorMessage: "unknown_function" });
      expect(door.forwarded()).toEqual([]);
    },
  );

  it.each([
    ["query", "memory:add"],
    ["action", "memory:add"],
    ["mutation", "memory:get"],
    ["query", "memory:search"],
  ])("is refused at /api/%s for %s, which is of another kind", async (kind, path) => {
    const door = openDoor();
    expect(await door.call(kind, path, {})).toMatchObject({ errorMessage: "unknown_function" });
    expect(door.forwarded()).toEqual([]);
  });

  it("is refused when the rate is used up, the key's own once Convex has vouched for it", async () => {
    const asked: string[] = [];
    const limit = async ({ key }: { key: string }) => ({ success: asked.push(key) < 3 });
    const door = openDoor({ env: { RATE_LIMITER: { limit } } });
    const from = { "cf-connecting-ip": "203.0.113.7" };
    await door.call("query", "memory:get", GET, from);
    await door.call("query", "memory:get", GET, from);
    expect(await door.call("query", "memory:get", GET, from)).toMatchObject({
      errorData: { code: "rate_limited", retryable: true },
    });
    expect(asked).toEqual(["network 203.0.113.7", `key ${door.key.keyId}`, `key ${door.key.keyId}`]);
  });
});

describe("arguments", () => {
  it.each([
    ["an unknown field", "memory:get", "query", { id: "x", tenant: "t" }, 'unknown field "tenant"'],
    ["a missing field", "memory:get", "query", {}, "id: is required"],
    ["a wrong type", "memory:get", "query", { id: 7 }, "id: must be a string"],
    ["a blank content", "memory:add", "mutation", { ...ADD, content: " " }, "content: must not be empty"],
    [
      "a control character",
      "memory:add",
      "mutation",
      { ...ADD, content: "a\u0000b" },
      /^content: must not hold control/,
    ],
    ["half a surrogate pair", "memory:add", "mutation", { ...ADD, content: "\ud800" }, /^content: must be well-formed/],
    ["a __proto__", "memory:get", "query", JSON.parse('{"id":"x","__proto__":{"a":1}}'), /unknown field/],
    [
      "an encoding that is none",
      "memory:get",
      "query",
      { id: { $bytes: 1 } },
      "args: must be encoded as Convex values",
    ],
  ])("with %s are refused in words about the field", async (_name, path, kind, args, message) => {
    const door = openDoor();
    const { errorData } = await door.call(kind, path, args);
    expect(errorData).toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) });
    expect(door.forwarded()).toEqual([]);
  });

  it.each([
    ["not JSON", "{"],
    ["empty", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["without a format", '{"path":"memory:get","args":[{"id":"x"}]}'],
    ["in another format", '{"path":"memory:get","format":"export_json","args":[{"id":"x"}]}'],
    ["with two arguments", '{"path":"memory:get","format":"json","args":[{"id":"x"},{}]}'],
    ["with a field of its own", '{"path":"memory:get","format":"json","args":[{"id":"x"}],"ts":"1"}'],
    ["not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
  ])("in a body that is %s are refused", async (_name, body) => {
    const door = openDoor();
    expect(await (await door.post("/api/query", body)).json()).toMatchObject({ errorMessage: "invalid_input" });
    expect(door.forwarded()).toEqual([]);
  });
});

describe("what would be costly to read", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const bodyOf = (args: string) => `{"path":"memory:get","format":"convex_encoded_json","args":[{"id":${args}}]}`;
  const code = async (response: Response) => ((await response.json()) as Answer).errorMessage;

  it.each([100, 10_000, 100_000])("is refused when it nests %i levels deep", async (depth) => {
    const door = openDoor();
    expect(await code(await door.post("/api/query", bodyOf(nested(depth))))).toBe("invalid_input");
  });

  it("is refused when it holds too many values", async () => {
    const door = openDoor();
    expect(await code(await door.post("/api/query", bodyOf(JSON.stringify(Array(20_000).fill(0)))))).toBe("too_large");
  });

  it("is refused unread when its length says so", async () => {
    const door = openDoor();
    expect(await code(await door.post("/api/query", "{}", { "content-length": String(4 << 20) }))).toBe("too_large");
  });

  it("is refused at the limit when its length is not said", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const door = openDoor();
    expect(await code(await door.post("/api/query", endless))).toBe("too_large");
    expect(pulled).toBeLessThan(BODY_BYTES * 2);
  });
});

describe("an address that is not a function endpoint", () => {
  it.each([
    ["GET", "/"],
    ["GET", "/api/query"],
    ["POST", "/api/function"],
    ["POST", "/api/run/memory/get"],
    ["POST", "/api/query_batch"],
    ["OPTIONS", "/api/query"],
  ])("%s %s answers 404 in the same shape", async (method, path) => {
    const response = await openDoor().send(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      status: "error",
      errorData: { code: "not_found", requestId: response.headers.get("moorage-request-id") },
    });
  });
});
