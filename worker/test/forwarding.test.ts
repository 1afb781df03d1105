import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { describe, expect, it } from "vitest";
import { ADD, AUDIENCE, bindings, DELETE, GET, ISSUER, json, openDoor, success } from "./support.ts";

describe("a call that is allowed", () => {
  it("reaches Convex's endpoint of its kind with path, format and arguments", async () => {
    const door = openDoor();
    await door.call("mutation", "memory:delete", DELETE);
    const [forwarded] = door.forwarded();
    expect(forwarded?.url).toBe("https://convex.test/api/mutation");
    expect(forwarded?.body).toEqual({ path: "memory:delete", format: "convex_encoded_json", args: [DELETE] });
    expect(forwarded?.init.redirect).toBe("manual");
  });

  it("gets Convex's value back", async () => {
    const door = openDoor({ upstream: () => success({ memory: { id: "m1" } }) });
    expect(await door.call("query", "memory:get", GET)).toEqual({ status: "success", value: { memory: { id: "m1" } } });
  });

  it("does not get what the function printed", async () => {
    const door = openDoor({ upstream: () => json({ status: "success", value: 1, logLines: ["[LOG] canary"] }) });
    expect(await door.call("query", "memory:get", GET)).toEqual({ status: "success", value: 1 });
  });

  it("works for an ordinary ConvexHttpClient", async () => {
    const door = openDoor({ upstream: () => success({ deleted: true }) });
    const client = new ConvexHttpClient("https://door.test", {
      auth: door.key.text,
      fetch: async (input, init) => door.app.fetch(new Request(input as string, init), bindings),
    });
    const answer = await client.mutation(makeFunctionReference<"mutation">("memory:delete"), DELETE);
    expect(answer).toEqual({ deleted: true });
  });

  it("may send its arguments bare and in clean JSON", async () => {
    const door = openDoor();
    await door.post("/api/query", JSON.stringify({ path: "memory:get", format: "json", args: GET }));
    expect(door.forwarded()[0]?.body).toEqual({ path: "memory:get", format: "json", args: [GET] });
  });

  it("is written anew, so that two parsers cannot read one text as two calls", async () => {
    const door = openDoor();
    const body = `{"path":"tenants:provision","args":[{"id":"other"}],"path":"memory:get","format":"json","args":[{"id":"k57abc"}]}`;
    await door.post("/api/query", body);
    expect(String(door.forwarded()[0]?.init.body)).toBe(
      '{"path":"memory:get","format":"json","args":[{"id":"k57abc"}]}',
    );
  });
});

describe("the token Convex sees", () => {
  it("names the key, carries the proof of its secret and the caller's address, and lives five minutes", async () => {
    const now = Date.UTC(2026, 5, 1, 12);
    const door = openDoor({ now: () => now });
    await door.call("query", "memory:get", GET, { "cf-connecting-ip": "203.0.113.7" });
    const { claims } = door.forwarded()[0]!;
    expect(claims).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: door.key.keyId,
      ip: "203.0.113.7",
      proof: expect.stringMatching(/^[\w-]{43}$/),
      iat: now / 1000,
      exp: now / 1000 + 300,
    });
  });

  it("has no address where none is known", async () => {
    const door = openDoor();
    await door.call("query", "memory:get", GET);
    expect(door.forwarded()[0]?.claims).not.toHaveProperty("ip");
  });

  it("is another one for another address", async () => {
    const door = openDoor();
    await door.call("query", "memory:get", GET, { "cf-connecting-ip": "203.0.113.7" });
    await door.call("query", "memory:get", GET, { "cf-connecting-ip": "203.0.113.8" });
    expect(door.forwarded().map(({ claims }) => claims["ip"])).toEqual(["203.0.113.7", "203.0.113.8"]);
  });

  it("is used again until a minute before its end, then signed anew", async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const door = openDoor({ now: () => now });
    for (const at of [0, 239_000, 240_000]) {
      now = Date.UTC(2026, 5, 1, 12) + at;
      await door.call("query", "memory:get", GET);
    }
    const [first, second, third] = door.forwarded().map(({ headers }) => headers.get("authorization"));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("takes the place of the caller's key, which leaves the door in no form", async () => {
    const door = openDoor();
    await door.call("mutation", "memory:add", ADD, { "moorage-client": "cursor/1.0" });
    const { secret, text } = door.key;
    const sent = door.seen.map(({ url, init, headers }) => JSON.stringify([url, init.body, [...headers]])).join();
    for (const form of [text, secret, btoa(text), btoa(secret)]) expect(sent).not.toContain(form);
  });
});

describe("what Convex says about a key", () => {
  it("is asked once a minute", async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const door = openDoor({ now: () => now });
    const asked = () => door.seen.filter(({ path }) => path === "keys:resolve").length;
    await door.call("query", "memory:get", GET);
    now += 59_000;
    await door.call("query", "memory:get", GET);
    expect(asked()).toBe(1);
    now += 1_000;
    await door.call("query", "memory:get", GET);
    expect(asked()).toBe(2);
  });

  it("is not remembered past the key's own end", async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const expiresAt = now + 10_000;
    const door = openDoor({ now: () => now, resolve: () => success({ scopes: ["memory:read"], expiresAt }) });
    await door.call("query", "memory:get", GET);
    now = expiresAt;
    await door.call("query", "memory:get", GET);
    expect(door.seen.map(({ path }) => path)).toEqual(["keys:resolve", "memory:get", "keys:resolve", "memory:get"]);
  });

  it("may hold scopes that only a newer release knows", async () => {
    const door = openDoor({ scopes: ["memory:read", "harbour:dredge"] });
    expect(await door.call("query", "memory:get", GET)).toMatchObject({ status: "success" });
  });
});
