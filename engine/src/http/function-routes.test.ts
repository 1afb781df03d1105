import { convexToJson } from "convex/values";
import { describe, expect, it } from "vitest";
import { ADMIN_KEY, startApp } from "./fixture.ts";
import type { RequestLog } from "./log.ts";

const admin = { authorization: `Convex ${ADMIN_KEY}` };
const encoded = {
  big: { $integer: "BwAAAAAAAAA=" },
  bytes: { $bytes: "AQ==" },
  float: { $float: "AAAAAAAA+H8=" },
  number: 1.5,
};
const clean = { big: "7", bytes: "AQ==", float: "NaN", number: 1.5 };

describe("calling functions", () => {
  it("runs queries, mutations and actions, with arguments alone or in an array", async () => {
    const { post } = await startApp();
    const sent = await post("/api/mutation", { path: "messages:send", args: [{ text: "hi" }] });
    expect(await sent.json()).toEqual({ status: "success", value: expect.stringMatching(/^[0-9a-z]{32}$/) });
    const listed = await post("/api/query", { path: "messages:list", args: {} });
    expect(await listed.json()).toEqual({ status: "success", value: ["hi"] });
    const relayed = await post("/api/action", { path: "values:relay", args: { value: 3 } });
    expect(await relayed.json()).toEqual({ status: "success", value: 3 });
  });

  it("takes a query's path and arguments from the URL", async () => {
    const { request } = await startApp();
    const args = encodeURIComponent(JSON.stringify({ value: [1] }));
    const answer = await request(`/api/query?path=values:echo&args=${args}`);
    expect(await answer.json()).toEqual({ status: "success", value: [1] });
    expect((await request("/api/query?path=values:echo")).status).toBe(400);
  });

  it("runs a function of any kind by its path in the URL", async () => {
    const { post } = await startApp();
    await post("/api/run/messages/send", { args: { text: "hi" } });
    const listed = await post("/api/run/messages/list", { args: {} });
    expect(await listed.json()).toEqual({ status: "success", value: ["hi"] });
    const deep = await post("/api/run/dir/values/special", { args: {} }, { "convex-client": "npm-1.2.0" });
    expect((await deep.json()).value).toEqual(clean);
    const missing = await post("/api/run/messages", { args: {} });
    expect(missing.status).toBe(400);
    expect(await missing.json()).toMatchObject({ code: "MissingIdentifier" });
  });

  it("runs several queries over one state of the database", async () => {
    const { post } = await startApp();
    await post("/api/mutation", { path: "messages:send", args: { text: "hi" } });
    const queries = [
      { path: "messages:list", args: {} },
      { path: "values:special", args: {}, format: "convex_encoded_json" },
      { path: "messages:nope", args: {} },
    ];
    const { results } = (await (await post("/api/query_batch", { queries })).json()) as { results: unknown[] };
    expect(results).toEqual([
      { status: "success", value: ["hi"] },
      { status: "success", value: encoded },
      { status: "error", errorMessage: expect.stringContaining("Could not find public function for 'messages:nope'") },
    ]);
  });

  it("answers a query at a timestamp with the state of that time", async () => {
    const { post } = await startApp();
    await post("/api/mutation", { path: "messages:send", args: { text: "first" } });
    const { ts } = (await (await post("/api/query_ts", {})).json()) as { ts: string };
    const query = { path: "messages:list", args: {}, ts };
    expect(await (await post("/api/query_at_ts", query)).json()).toEqual({ status: "success", value: ["first"] });
    const future = Buffer.alloc(8, 0x7f).toString("base64");
    expect((await post("/api/query_at_ts", { ...query, ts: future })).status).toBe(400);
  });
});

describe("value formats", () => {
  it.each<[string, Record<string, string>, object]>([
    ["convex_encoded_json", {}, encoded],
    ["convex_json", {}, encoded],
    ["json", {}, clean],
    ["convex_clean_json", {}, clean],
    ["", {}, clean],
    ["", { "convex-client": "npm-1.48.0" }, clean],
    ["", { "convex-client": "npm-1.4.1" }, encoded],
    ["", { "convex-client": "python-0.5.0" }, encoded],
  ])("%j with %o", async (format, headers, expected) => {
    const { post } = await startApp();
    const body = { path: "values:special", args: {}, ...(format ? { format } : {}) };
    const answer = await post("/api/query", body, headers);
    expect(await answer.json()).toEqual({ status: "success", value: expected });
  });

  it("export_json tells int64 from floats", async () => {
    const { post } = await startApp();
    const answer = await post("/api/query", {
      path: "values:echo",
      args: { value: [2, { $integer: "BwAAAAAAAAA=" }] },
      format: "export_json",
    });
    expect(await answer.text()).toBe('{"status":"success","value":[2.0,7]}');
  });

  it("others are refused", async () => {
    const { post } = await startApp();
    const answer = await post("/api/query", { path: "values:special", args: {}, format: "xml" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: "BadFormat",
      message: "format param must be one of [`json`]. Got xml",
    });
  });
});

describe("a function that fails", () => {
  it("is answered with 200 and its error, and leaves nothing behind", async () => {
    const { post } = await startApp();
    const failed = await post("/api/mutation", { path: "failures:plain", args: {} });
    expect(failed.status).toBe(200);
    expect(await failed.json()).toEqual({
      status: "error",
      errorMessage: expect.stringMatching(/^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: boom/),
    });
    expect(await (await post("/api/query", { path: "messages:list", args: {} })).json()).toMatchObject({ value: [] });
  });

  it("for the form of its arguments is named as Convex names it", async () => {
    const { post } = await startApp();
    const failed = await post("/api/query", { path: "values:echo", args: { value: { $other: 1 } } });
    const { errorMessage } = (await failed.json()) as { errorMessage: string };
    expect(errorMessage).toMatch(/\nInvalid arguments for values\.js:echo: Field name \$other starts with '\$'/);
  });

  it("gives a ConvexError's data in the format asked for", async () => {
    const { post } = await startApp();
    const call = { path: "failures:withData", args: {} };
    expect(await (await post("/api/query", call)).json()).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("Uncaught ConvexError"),
      errorData: { code: "not_found", big: "7" },
    });
    expect(await (await post("/api/query", { ...call, format: "convex_encoded_json" })).json()).toMatchObject({
      errorData: convexToJson({ code: "not_found", big: 7n }),
    });
  });

  it.each([
    [{ path: "messages:send", args: {} }, "ArgumentValidationError: Object is missing the required field `text`"],
    [{ path: "messages:send", args: [{}, {}] }, "Instead received 2 arguments: [{}, {}]"],
    [
      { path: "messages:send", args: 5 },
      "Expected to receive an object as the function's argument. Instead received: 5.0",
    ],
    [
      { path: "messages:list", args: {} },
      "Trying to execute messages.js:list as Mutation, but it is defined as Query.",
    ],
    [{ path: "messages:clear", args: {} }, "Could not find public function for 'messages:clear'"],
    [{ path: "nope:nope", args: {} }, "Could not find public function for 'nope:nope'"],
  ])("%o says why, as nothing of the function's own", async (body, message) => {
    const { post } = await startApp();
    const { errorMessage } = (await (await post("/api/mutation", body)).json()) as { errorMessage: string };
    expect(errorMessage).toContain(message);
    expect(errorMessage).not.toContain("Uncaught");
  });

  it("tells no more than that, where errors are redacted", async () => {
    const entries: RequestLog[] = [];
    const { post } = await startApp({ api: { redact: true, log: (entry) => entries.push(entry) } });
    const { errorMessage } = (await (await post("/api/mutation", { path: "failures:plain", args: {} })).json()) as {
      errorMessage: string;
    };
    expect(errorMessage).toMatch(/^\[Request ID: [0-9a-f]{16}\] Server Error$/);
    expect(errorMessage).toContain(entries[0]?.requestId);
    expect(entries[0]).toMatchObject({
      method: "POST",
      path: "/api/mutation",
      status: 200,
      error: expect.objectContaining({ message: "boom" }),
    });
  });
});

it("what a function prints comes with its answer", async () => {
  const { post } = await startApp();
  const answer = await post("/api/query", { path: "failures:logged", args: {} });
  expect(await answer.json()).toEqual({
    status: "success",
    value: null,
    logLines: [expect.stringMatching(/^\[LOG\] 'hello'/), expect.stringMatching(/^\[WARN\] 'careful'/)],
  });
});

describe("an admin", () => {
  it("may call internal functions, on every route", async () => {
    const { post } = await startApp();
    await post("/api/mutation", { path: "messages:send", args: { text: "hi" } });
    const count = { path: "messages:count", args: {} };
    expect(await (await post("/api/query", count, admin)).json()).toEqual({ status: "success", value: 1 });
    expect(await (await post("/api/function", count, admin)).json()).toEqual({ status: "success", value: 1 });
    expect(await (await post("/api/function", { path: "messages:clear", args: {} }, admin)).json()).toEqual({
      status: "success",
      value: null,
    });
    expect(
      await (await post(`/api/run/messages/count?adminKey=${encodeURIComponent(ADMIN_KEY)}`, { args: {} })).json(),
    ).toEqual({
      status: "success",
      value: 0,
    });
  });

  it("may present the key with the deployment's type, and act as a user", async () => {
    const { post } = await startApp();
    const user = Buffer.from(JSON.stringify({ subject: "u1", issuer: "https://x", email: "a@b.c" })).toString("base64");
    const call = { path: "values:whoAmI", args: {} };
    for (const key of [`${ADMIN_KEY}:${user}`, `dev:${ADMIN_KEY}:${user}`]) {
      const answer = await post("/api/query", call, { authorization: `Convex ${key}` });
      expect(await answer.json()).toMatchObject({
        value: { subject: "u1", issuer: "https://x", tokenIdentifier: "https://x|u1", email: "a@b.c" },
      });
    }
    expect(await (await post("/api/query", call, { authorization: `Convex prod:${ADMIN_KEY}` })).json()).toMatchObject({
      value: null,
    });
  });

  it.each(["Convex wrong", `Convex ${ADMIN_KEY}x`, `convex ${ADMIN_KEY.slice(0, -1)}`, `Convex wrong:e30=`])(
    "is nobody with %j",
    async (authorization) => {
      const { post } = await startApp();
      const answer = await post("/api/query", { path: "messages:list", args: {} }, { authorization });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: "BadAdminKey" });
    },
  );

  it("alone may use /api/function", async () => {
    const { post } = await startApp();
    const answer = await post("/api/function", { path: "messages:list", args: {} });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "BadDeployKey" });
  });

  it("does not exist without a key", async () => {
    const { post } = await startApp({ api: { adminKey: undefined as unknown as string } });
    const answer = await post(
      "/api/function",
      { path: "messages:list", args: {} },
      { authorization: "Convex undefined" },
    );
    expect(answer.status).toBe(401);
  });
});

describe("a request that is wrong", () => {
  const json = { "content-type": "application/json" };

  it.each<[string, string, RequestInit, number, string]>([
    ["no JSON type", "/api/query", { method: "POST", body: "{}" }, 400, "BadJsonBody"],
    ["no JSON", "/api/query", { method: "POST", headers: json, body: "{" }, 400, "BadJsonBody"],
    ["no object", "/api/query", { method: "POST", headers: json, body: "[]" }, 400, "BadJsonBody"],
    ["no path", "/api/query", { method: "POST", headers: json, body: '{"args":{}}' }, 400, "BadJsonBody"],
    ["no arguments", "/api/query", { method: "POST", headers: json, body: '{"path":"a:b"}' }, 400, "BadJsonBody"],
    [
      "a path that is none",
      "/api/query",
      { method: "POST", headers: json, body: '{"path":"a b:c","args":{}}' },
      400,
      "BadConvexFunctionIdentifier",
    ],
    ["another method", "/api/mutation", {}, 405, "MethodNotAllowed"],
    ["no route", "/api/nothing", {}, 400, "UnsupportedRoute"],
    [
      "a token that is none",
      "/api/query",
      { method: "POST", headers: { ...json, authorization: "Bearer x" }, body: '{"path":"messages:list","args":{}}' },
      401,
      "InvalidAuthHeader",
    ],
    [
      "an unreadable client",
      "/api/query",
      { method: "POST", headers: { ...json, "convex-client": "npm" }, body: "{}" },
      400,
      "InvalidClientVersion",
    ],
    [
      "a client that is too old",
      "/api/query",
      { method: "POST", headers: { ...json, "convex-client": "npm-0.19.1" }, body: "{}" },
      400,
      "ClientVersionUnsupported",
    ],
  ])("with %s gets a code and a message", async (_what, path, init, status, code) => {
    const { request } = await startApp();
    const answer = await request(path, init);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ code, message: expect.any(String) });
  });

  it("with too large a body is refused, whether it says its length or not", async () => {
    const { request } = await startApp({ api: { maxBodyBytes: 1000 } });
    const body = JSON.stringify({ path: "values:echo", args: { value: "x".repeat(2000) } });
    const stream = new Blob([body]).stream();
    for (const init of [{ body }, { body: stream, duplex: "half" }]) {
      const answer = await request("/api/query", { method: "POST", headers: json, ...init } as RequestInit);
      expect(answer.status).toBe(413);
    }
  });
});

it("pages of other origins may call the API", async () => {
  const { request } = await startApp();
  const preflight = await request("/api/query", {
    method: "OPTIONS",
    headers: {
      origin: "https://page.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  expect(preflight.status).toBe(200);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    "access-control-allow-origin": "https://page.example",
    "access-control-allow-headers": "authorization,content-type",
    "access-control-allow-methods": expect.stringContaining("POST"),
  });
});

it("says its version", async () => {
  const { request } = await startApp({ api: { version: "1.2.3" } });
  expect(await (await request("/version")).text()).toBe("1.2.3");
});
