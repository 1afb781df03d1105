import { createApiKey } from "@moorage/shared/api-key";
import * as memory from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { describe, expect, it } from "vitest";
import { type ClientOptions, createBackend } from "./client.ts";

const apiKey = createApiKey().text;
const at = "2026-05-08T10:00:00Z";
const entry = { id: "1", day: "2026-05-08", agent: "default", source: "user", content: "x", at };
const success = (value: unknown) => Response.json({ status: "success", value, logLines: [] });
const failure = (errorData: unknown) => Response.json({ status: "error", errorMessage: "x", errorData, logLines: [] });

interface Seen {
  url: string;
  headers: Record<string, string>;
  path: string;
  args: Record<string, unknown>;
}
type Answer = (seen: Seen, init: RequestInit) => Response | Promise<Response>;

/** A backend in front of a door that answers one call after the other with `answers`. */
function connect(answers: Answer[], options: Partial<ClientOptions> = {}) {
  const seen: Seen[] = [];
  const backend = createBackend(
    {
      address: "https://door.example",
      apiKey,
      fetch: async (input, init) => {
        const { path, args } = JSON.parse(String(init?.body)) as { path: string; args: [Record<string, unknown>] };
        const headers = init?.headers as Record<string, string>;
        const call = { url: String(input), headers, path, args: args[0] };
        const answer = answers[seen.push(call) - 1];
        if (answer === undefined) throw new Error("an unexpected call");
        return answer(call, init ?? {});
      },
      close: async () => {},
    },
    { clientName: () => "test/1", readOnly: false, now: () => new Date(2026, 4, 8, 23, 59), ...options },
  );
  return { backend, seen };
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe("a call", () => {
  it("goes to the function's endpoint with the key, the client's name, an operation id and the local day", async () => {
    const { backend, seen } = connect([() => success({ entry })]);
    expect(await backend.call(memory.logAppend, { content: "x" })).toEqual({ entry });
    const [{ url, path, headers, args } = {} as Seen] = seen;
    expect(url).toBe("https://door.example/api/mutation");
    expect(path).toBe("memory:logAppend");
    expect(headers).toMatchObject({ Authorization: `Bearer ${apiKey}`, "Moorage-Client": "test/1" });
    expect(headers).not.toHaveProperty("Moorage-Mode");
    expect(args).toEqual({ content: "x", today: "2026-05-08", opId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it("says when the session is read-only", async () => {
    const { backend, seen } = connect([() => success({ entries: [] })], { readOnly: true });
    await backend.call(memory.logRead, {});
    expect(seen[0]?.headers["Moorage-Mode"]).toBe("read");
  });

  it("with arguments the contract refuses goes nowhere", async () => {
    const { backend, seen } = connect([]);
    const error = await failureOf(backend.call(memory.get, { id: "1", color: "red" }));
    expect(error).toMatchObject({ code: "invalid_input", message: 'unknown field "color"' });
    expect(seen).toHaveLength(0);
  });

  it("is to a Moorage whose address is known without its path, or to this machine's", async () => {
    const door = { address: "https://moorage.example.com/behind/", apiKey: "k", fetch, close: async () => {} };
    const options = { clientName: () => "test", readOnly: false };
    expect(await createBackend(door, options).where()).toBe("https://moorage.example.com");
    const here = { ...door, listen: async () => "" };
    expect(await createBackend(here, options).where()).toBe("this machine");
  });

  it("opens the door only when its arguments are in order, and again after that has failed", async () => {
    let opened = 0;
    const backend = createBackend(
      async () => {
        opened++;
        throw new AppError("disk_full");
      },
      { clientName: () => "test/1", readOnly: false },
    );
    await failureOf(backend.call(memory.get, { id: "" }));
    expect(opened).toBe(0);
    expect((await failureOf(backend.call(memory.get, { id: "1" }))).code).toBe("disk_full");
    await failureOf(backend.call(memory.get, { id: "1" }));
    expect(opened).toBe(2);
    await backend.close();
  });
});

describe("a lost reply", () => {
  const lost: Answer = () => {
    throw new TypeError("fetch failed");
  };

  it("to a write is asked for once more, with the same operation id", async () => {
    const { backend, seen } = connect([lost, () => success({ entry })]);
    await backend.call(memory.logAppend, { content: "x" });
    expect(seen).toHaveLength(2);
    expect(seen[1]?.args).toEqual(seen[0]?.args);
    expect(seen[1]?.headers["Moorage-Request-Id"]).toBe(seen[0]?.headers["Moorage-Request-Id"]);
  });

  it("twice is a failure that may pass", async () => {
    const { backend, seen } = connect([lost, lost]);
    const error = await failureOf(backend.call(memory.get, { id: "1" }));
    const requestId = seen[0]?.headers["Moorage-Request-Id"];
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error.toShape()).toMatchObject({ code: "upstream_down", retryable: true, requestId });
    expect(error.message).not.toContain("fetch failed");
    expect(seen).toHaveLength(2);
  });

  it("after the time limit counts as lost", async () => {
    const silent: Answer = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const { backend, seen } = connect([silent, () => success({ entries: [] })], { attemptMs: 5 });
    await backend.call(memory.logRead, {});
    expect(seen).toHaveLength(2);
  });

  it("is not asked for again once the caller has given up", async () => {
    const giveUp = new AbortController();
    const { backend, seen } = connect([
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          giveUp.abort();
        }),
    ]);
    await failureOf(backend.call(memory.get, { id: "1" }, { signal: giveUp.signal }));
    expect(seen).toHaveLength(1);
  });
});

describe("an answer", () => {
  it.each([301, 302, 303, 307, 308])(
    "that is a redirect (%i) is not followed, and not asked for again",
    async (status) => {
      const { backend, seen } = connect([
        (_, { redirect }) => {
          expect(redirect).toBe("manual");
          return new Response("moved", { status, headers: { location: "https://elsewhere.example/" } });
        },
      ]);
      const error = await failureOf(backend.call(memory.get, { id: "1" }));
      expect(error.toShape()).toMatchObject({ code: "upstream_down", hint: expect.stringContaining("MOORAGE_URL") });
      expect(seen).toHaveLength(1);
    },
  );

  it("that is an error of ours keeps its code, words and request id", async () => {
    const data = { code: "not_found", message: "There is no such memory.", hint: "Look.", retryable: false };
    const { backend } = connect([() => failure({ ...data, requestId: "r-1" })]);
    const error = await failureOf(backend.call(memory.get, { id: "1" }));
    expect(error.toShape()).toEqual({ ...data, requestId: "r-1" });
  });

  it.each<[string, Answer]>([
    ["an error of somebody else", () => failure({ trace: "at line 7" })],
    ["an error without data", () => Response.json({ status: "error", errorMessage: "Server Error" })],
    ["a page", () => new Response("<html>gateway</html>", { status: 502 })],
    ["no JSON", () => new Response("ok")],
  ])("that is %s becomes our own, without its text", async (_, answer) => {
    const { backend } = connect([answer, answer]);
    const error = await failureOf(backend.call(memory.get, { id: "1" }));
    expect(error.toShape()).toMatchObject({ code: "upstream_down", message: "The backend did not answer." });
  });

  it("loses fields that its contract does not name", async () => {
    const { backend } = connect([() => success({ entries: [{ ...entry, mood: "new" }], tools: ["evil"] })]);
    expect(await backend.call(memory.logRead, {})).toEqual({ entries: [entry] });
  });

  it("that breaks its contract is refused", async () => {
    const { backend } = connect([() => success({ entries: "all of them" })]);
    expect((await failureOf(backend.call(memory.logRead, {}))).code).toBe("upstream_down");
  });
});
