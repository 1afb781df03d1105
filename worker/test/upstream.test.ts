import { afterEach, describe, expect, it, vi } from "vitest";
import { ADD, failure, GET, json, openDoor, type Upstream } from "./support.ts";

const CANARY = "canary-4be1";
const lost: Upstream = () => {
  throw new TypeError(`fetch failed for ${CANARY}`);
};

describe("an answer of Convex that is not ours", () => {
  const cases: [string, Upstream, string][] = [
    [
      "a failed function's text",
      () => json({ status: "error", errorMessage: `Uncaught Error: ${CANARY}` }),
      "internal",
    ],
    ["an error of another shape", () => failure({ code: "not_found", message: CANARY }), "internal"],
    [
      "an error of an unknown code",
      () => failure({ code: CANARY, message: "", hint: "", retryable: true }),
      "internal",
    ],
    ["a status of 560", () => json({ status: "error", errorMessage: CANARY }, 560), "internal"],
    ["a refusal of the token", () => json({ code: "InvalidAuthHeader", message: CANARY }, 401), "internal"],
    ["an unknown function", () => json({ code: "BadConvexFunctionIdentifier", message: CANARY }, 400), "internal"],
    [
      "a conflict or an overload",
      () => json({ code: "OptimisticConcurrencyControlFailure", message: CANARY }, 503),
      "upstream_down",
    ],
    ["too many requests", () => json({ code: "TooManyRequests", message: CANARY }, 429), "upstream_down"],
    ["a proxy's page", () => new Response(`<html>${CANARY}`, { status: 200 }), "upstream_down"],
    ["half an answer", () => new Response(`{"status":"success","value":"${CANARY}`), "upstream_down"],
    ["an answer without a status", () => json({ value: CANARY }), "upstream_down"],
    ["a bare null", () => json(null), "upstream_down"],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: `https://${CANARY}` } }),
      "upstream_down",
    ],
    ["a lost connection", lost, "upstream_down"],
  ];

  it.each(cases)("such as %s becomes one of our errors, and its text goes nowhere", async (_name, upstream, code) => {
    const door = openDoor({ upstream });
    const answer = await door.call("query", "memory:get", GET);
    expect(answer).toMatchObject({ status: "error", errorMessage: code, errorData: { code } });
    expect(JSON.stringify([answer, door.lines])).not.toContain(CANARY);
    expect(door.lines[0]?.cause).toBeTruthy();
  });

  it("is an error too when it is about the key", async () => {
    const door = openDoor({ resolve: () => json({ status: "success", value: { scopes: CANARY } }) });
    expect(await door.call("query", "memory:get", GET)).toMatchObject({ errorMessage: "internal" });
    expect(door.forwarded()).toEqual([]);
  });
});

describe("an error of ours", () => {
  it("goes on with its message, its hint and the request's id", async () => {
    const shape = { code: "not_found", message: 'There is no memory "k57abc".', hint: "List them.", retryable: false };
    const door = openDoor({ upstream: () => failure(shape) });
    const response = await door.post("/api/query", JSON.stringify({ path: "memory:get", format: "json", args: [GET] }));
    const requestId = response.headers.get("moorage-request-id");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "error",
      errorMessage: "not_found",
      errorData: { ...shape, requestId },
    });
  });
});

describe("a mutation whose answer is lost", () => {
  it("is never sent again by the door", async () => {
    const door = openDoor({ upstream: lost });
    await door.call("mutation", "memory:add", ADD);
    expect(door.forwarded()).toHaveLength(1);
  });
});

describe("a call that is waited for", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const hanging: Upstream = ({ init }) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      reached?.();
    });
  let reached: (() => void) | undefined;

  /** Resolves when the next call hangs at Convex. */
  const arrival = () =>
    new Promise<void>((resolve) => {
      reached = resolve;
    });

  it("is taken back from Convex when the caller goes away", async () => {
    const arrived = arrival();
    const door = openDoor({ upstream: hanging });
    const caller = new AbortController();
    const body = JSON.stringify({ path: "memory:get", format: "json", args: [GET] });
    const headers = { authorization: `Bearer ${door.key.text}` };
    const answer = door.send("/api/query", { method: "POST", body, headers, signal: caller.signal });
    await arrived;
    caller.abort();
    await answer;
    expect(door.forwarded()[0]?.init.signal?.aborted).toBe(true);
  });

  it("is given up before MCP clients give up", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const arrived = arrival();
    const door = openDoor({ upstream: hanging });
    const answer = door.call("query", "memory:get", GET);
    await arrived;
    vi.advanceTimersByTime(50_000);
    expect(await answer).toMatchObject({ errorMessage: "upstream_down" });
    expect(door.lines[0]?.cause).toBe("no answer in time");
  });
});
