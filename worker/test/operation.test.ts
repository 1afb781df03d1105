import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { ADD, bindings, GET, json, openDoor } from "./support.ts";

describe("the door in workerd", () => {
  it("says that it is open, and its version", async () => {
    const response = await exports.default.fetch("https://door.test/health");
    expect(await response.json()).toEqual({ ok: true, version: manifest.version });
  });
});

describe("every answer", () => {
  it("carries its id and asks not to be kept, guessed at or framed", async () => {
    const { headers } = await openDoor().send("/health", {});
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("moorage-request-id")).toBe(headers.get("x-request-id"));
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it("keeps a caller's well-formed id, up to Convex", async () => {
    const door = openDoor();
    await door.call("query", "memory:get", GET, { "moorage-request-id": "session-0001" });
    expect(door.forwarded()[0]?.headers.get("moorage-request-id")).toBe("session-0001");
    expect(door.lines[0]?.requestId).toBe("session-0001");
  });

  it("does not repeat an id that is none", async () => {
    const response = await openDoor().send("/health", { headers: { "moorage-request-id": '"><script>' } });
    expect(response.headers.get("moorage-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the log", () => {
  it("has one line a request: who, what, how it ended", async () => {
    const door = openDoor();
    await door.call("query", "memory:get", GET, { "moorage-client": "cursor/1.2" });
    expect(door.lines).toEqual([
      {
        requestId: expect.any(String),
        route: "call",
        outcome: "ok",
        ms: expect.any(Number),
        function: "memory:get",
        keyId: door.key.keyId,
        client: "cursor/1.2",
      },
    ]);
  });

  it("holds no key, proof, token, argument or answer, in success and in failure", async () => {
    const door = openDoor({ upstream: ({ path }) => json({ status: "success", value: `canary-answer ${path}` }) });
    await door.call("mutation", "memory:add", { ...ADD, content: "canary-content" });
    await door.call("mutation", "memory:add", { ...ADD, canary: "canary-field" });
    await door.call("mutation", "canary:function", {});
    await door.send("/canary-path?canary-query", {});
    const log = JSON.stringify(door.lines);
    const { claims, headers } = door.forwarded()[0]!;
    for (const secret of ["canary", door.key.secret, String(claims["proof"]), headers.get("authorization")!.slice(7)])
      expect(log).not.toContain(secret);
    expect(door.lines).toHaveLength(4);
  });
});

it("the deployed Worker's log is one line of JSON a request, under the id that the caller was told", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const headers = { authorization: "Bearer canary-key", "moorage-client": "canary\u00e9" };
  const init = { method: "POST", body: "canary-body", headers };
  const response = await exports.default.fetch("https://door.test/api/query?canary-query", init);
  const lines = printed.mock.calls.map(([line]) => String(line));
  printed.mockRestore();
  const requestId = response.headers.get("moorage-request-id");
  const cause = "CONVEX_URL is not set";
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { requestId, route: "call", outcome: "internal", ms: expect.any(Number), cause },
  ]);
  expect(lines.join()).not.toMatch(/canary|\n/);
});

describe("settings that are missing or wrong", () => {
  it.each([
    ["CONVEX_URL", ""],
    ["CONVEX_URL", "ftp://convex.test"],
    ["MOORAGE_SIGNING_KEY", "not json"],
    ["MOORAGE_SIGNING_KEY", JSON.stringify({ ...JSON.parse(bindings.MOORAGE_SIGNING_KEY), kid: undefined })],
    ["MOORAGE_ISSUER", ""],
    ["MOORAGE_AUDIENCE", ""],
  ])("%s=%s are named in the log, not to the caller", async (name, value) => {
    const door = openDoor({ env: { [name]: value } });
    const answer = await door.call("query", "memory:get", GET);
    expect(answer).toMatchObject({ errorMessage: "internal" });
    expect(JSON.stringify(answer)).not.toContain(name);
    expect(door.lines[0]?.cause).toContain(name);
  });
});
