import * as memory from "@moorage/shared/contracts/memory";
import { CONTENT_BYTES } from "@moorage/shared/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { type Answer, call, post } from "../support/wire.ts";

const opId = () => crypto.randomUUID();
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe.each(HOSTS)("hostile input in $name", ({ open }) => {
  let host: Host;
  let caller: Caller;
  beforeAll(async () => {
    host = await open();
    caller = await host.admit();
  });
  afterAll(() => host.close());

  const codeOf = async (response: Response) => {
    const { errorData } = (await response.json()) as Answer;
    expect(response.status).toBe(200);
    expect(errorData?.hint).toBeTruthy();
    return errorData?.code;
  };

  it.each([
    ["4 MB", "x".repeat(4 << 20), "too_large"],
    [
      "JSON 10,000 levels deep",
      `{"path":"memory:get","format":"json","args":[{"id":${nested(10_000)}}]}`,
      "invalid_input",
    ],
    ["no JSON", "<xml/>", "invalid_input"],
    ["nothing", "", "invalid_input"],
  ])("such as a body of %s is refused by name", async (_name, body, code) => {
    expect(await codeOf(await post(caller, "query", body))).toBe(code);
  });

  it("such as a body of 16 MB whose length is not said is cut off", async () => {
    const chunk = new Uint8Array(64 << 10).fill(0x20);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < 256) controller.enqueue(chunk);
        else controller.close();
      },
    });
    // Over a network the connection may end while the client still sends, before the answer has reached it.
    const outcome = await post(caller, "query", body)
      .then(codeOf)
      .catch(() => "cut off");
    expect(["too_large", "cut off"]).toContain(outcome);
  });

  it("such as a function that is none, an internal one, or one of another kind is refused by name", async () => {
    for (const path of ["no:such", "tenants:provision", "keys:end", "_system/cli/tables"])
      expect(await call(caller, { kind: "mutation", path }, {})).toMatchObject({ errorMessage: "unknown_function" });
    expect(await call(caller, { kind: "query", path: "memory:add" }, {})).toMatchObject({
      errorMessage: "unknown_function",
    });
  });

  it("such as content at its limit is kept, and a byte more refused", async () => {
    const full = "é".repeat(CONTENT_BYTES / 2);
    const { value } = await call(caller, memory.add, { type: "note", content: full, opId: opId() });
    expect(value.memory.content).toBe(full);
    const more = await call(caller, memory.add, { type: "note", content: `${full}x`, opId: opId() });
    expect(more.errorData).toMatchObject({
      code: "invalid_input",
      message: `content: must be at most ${CONTENT_BYTES} bytes of UTF-8`,
    });
  });

  it("such as a hundred calls at once is answered, each with its own answer", async () => {
    const contents = Array.from({ length: 100 }, (_, i) => `Berth ${i}`);
    const answers = await Promise.all(
      contents.map((content) => call(caller, memory.add, { type: "note", content, opId: opId() })),
    );
    expect(answers.map(({ value }) => value?.memory.content)).toEqual(contents);
  });

  it("leaves the door open", async () => {
    expect(await call(caller, memory.search, { query: "berth" })).toMatchObject({ status: "success" });
  });
});
