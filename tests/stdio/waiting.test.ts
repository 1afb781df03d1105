/** What waits for a person, through the built server: by page and command alone, by a client's form, by a client's page. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { connectClient, type Elicitation } from "./support/client.ts";
import { openDoor } from "./support/door.ts";
import { initialize, startProcess, toolCall } from "./support/process.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-waiting-"));
let entry: string;
let home: string;
let server: Awaited<ReturnType<typeof connectClient>> | undefined;

beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
});
afterAll(() => rmSync(out, { recursive: true }));
beforeEach(() => {
  home = mkdtempSync(join(out, "home-"));
  server = undefined;
});
afterEach(() => server?.close());

async function connect(elicitation?: Elicitation) {
  const env = { MOORAGE_DATA_DIR: join(home, "data"), MOORAGE_CONFIG_DIR: join(home, "con fig") };
  server = await connectClient(entry, env, [], elicitation);
  // The SDK's client checks answers by the schemas that it has seen.
  await server.list();
}
const call = async (name: string, input: Record<string, unknown> = {}) =>
  (await server!.call(name, input)).structuredContent;
const names = async () => {
  const { secrets } = (await call("secret_list")) as { secrets: { name: string }[] };
  return secrets.map(({ name }) => name);
};
/** As a browser sends a page's own form. */
const send = (page: string, fields: Record<string, string>) =>
  fetch(page, { method: "POST", headers: { origin: new URL(page).origin }, body: new URLSearchParams(fields) });
/** What a person does who reads the page and presses a button. */
async function press(page: string, decision: string) {
  const html = await (await fetch(page)).text();
  const [, digest] = /name="digest" value="([^"]+)"/.exec(html) ?? [];
  return send(page, { digest: `${digest}`, decision });
}
const VICTIM = { name: "VICTIM" };
const makeVictim = () => call("secret_set", { ...VICTIM, generate: {} });

describe("with a client that asks nothing", () => {
  beforeEach(() => connect());

  it("a value is typed on a page of this machine, once, and is in no answer", async () => {
    const asked = await call("secret_set", { name: "STRIPE_API_KEY", agent: "cook" });
    expect(asked).toEqual({
      status: "waiting_for_user",
      page: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/secret\/moor_\w+$/),
      next: expect.stringContaining("secret_list shows it"),
      command: [
        `MOORAGE_DATA_DIR=${home}/data MOORAGE_CONFIG_DIR='${home}/con fig'`,
        `${process.execPath} ${entry} secret set STRIPE_API_KEY --agent cook`,
      ].join(" "),
      expiresAt: expect.any(String),
    });
    const page = String(asked["page"]);
    expect(await (await fetch(page)).text()).toContain("STRIPE_API_KEY");
    expect((await send(page, { value: "typed" })).status).toBe(200);
    expect((await send(page, { value: "again" })).status).toBe(410);
    expect(await call("secret_list")).toMatchObject({
      secrets: [{ name: "STRIPE_API_KEY", agent: "cook", version: 1 }],
    });
  });

  it("an approval is given on its page, and the same call then goes ahead", async () => {
    await makeVictim();
    const asked = await call("secret_delete", VICTIM);
    expect(asked).toMatchObject({
      status: "waiting_for_user",
      page: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/approve\/moor_\w+$/),
      command: expect.stringMatching(new RegExp(`moorage\\.js approve ${asked["approvalId"]}$`)),
      next: expect.stringContaining("make this same call again"),
    });
    expect(await names()).toEqual(["VICTIM"]);
    expect((await press(String(asked["page"]), "approve")).status).toBe(200);
    expect(await call("secret_delete", VICTIM)).toEqual({ status: "deleted" });
    expect(await names()).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("the commands do what they say, as they stand", async () => {
    const paste = (command: unknown, input: string) => execFileSync("/bin/sh", ["-c", String(command)], { input });
    const asked = await call("secret_set", VICTIM);
    paste(asked["command"], "typed at a terminal");
    expect(await names()).toEqual(["VICTIM"]);
    const { command, approvalId } = await call("secret_delete", VICTIM);
    const listed = JSON.parse(String(paste(`${String(command).replace(` ${approvalId}`, "")} --json`, "")));
    paste(`${command} --yes ${listed.approvals[0].digest}`, "");
    expect(await call("secret_delete", VICTIM)).toEqual({ status: "deleted" });
  });

  it("a no on the page is told to the call that is made again", async () => {
    await makeVictim();
    const asked = await call("secret_delete", VICTIM);
    await press(String(asked["page"]), "decline");
    expect(await call("secret_delete", VICTIM)).toMatchObject({ code: "approval_declined" });
    expect(await names()).toEqual(["VICTIM"]);
  });

  it("a renewed value is made anew or typed again, as it was made or typed before", async () => {
    await makeVictim();
    expect(await call("secret_rotate", VICTIM)).toMatchObject({ status: "done", secret: { version: 2 } });
    const asked = await call("secret_set", { name: "TYPED" });
    await send(String(asked["page"]), { value: "typed" });
    const renewal = await call("secret_rotate", { name: "TYPED" });
    expect(renewal).toMatchObject({ status: "waiting_for_user", command: expect.stringMatching(/secret set TYPED$/) });
    await send(String(renewal["page"]), { value: "typed anew" });
    expect(await call("secret_explain", { name: "TYPED" })).toMatchObject({ secrets: [{ resolved: { version: 2 } }] });
  });
});

describe("with a client that shows forms", () => {
  let asked: Parameters<Elicitation["answer"]>[0][];
  const answering = async (answer: Elicitation["answer"]) => {
    asked = [];
    await connect({
      modes: { form: {} },
      answer: (question) => {
        asked.push(question);
        return answer(question);
      },
    });
    await makeVictim();
  };

  it("a yes to the exact difference is all that the call waits for", async () => {
    await answering(() => ({ action: "accept", content: { approve: true } }));
    expect(await call("secret_delete", VICTIM)).toEqual({ status: "deleted" });
    expect(asked).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('Delete the secret "VICTIM" at the level "default", version 1.'),
      }),
    ]);
    expect(await names()).toEqual([]);
  });

  it.each<[string, object]>([
    ["a no", { action: "decline" }],
    ["a form sent without the yes", { action: "accept", content: { approve: false } }],
  ])("%s ends it", async (_, said) => {
    await answering(() => said);
    expect(await call("secret_delete", VICTIM)).toMatchObject({ code: "approval_declined" });
    expect(await call("secret_delete", VICTIM)).toMatchObject({ code: "approval_declined" });
    expect(asked).toHaveLength(1);
    expect(await names()).toEqual(["VICTIM"]);
  });

  it.each<[string, Elicitation["answer"]]>([
    ["a form that is closed", () => ({ action: "cancel" })],
    ["a yes without the form's field", () => ({ action: "accept", content: { ok: true } })],
    ["a yes as a text", () => ({ action: "accept", content: { approve: "true" } })],
    ["a yes without content", () => ({ action: "accept" })],
    [
      "a client's own failure",
      () => {
        throw new Error("no screen");
      },
    ],
  ])("%s changes nothing and leaves page and command", async (_, answer) => {
    await answering(answer);
    expect(await call("secret_delete", VICTIM)).toMatchObject({
      status: "waiting_for_user",
      page: expect.stringContaining("/approve/"),
      command: expect.stringContaining(" approve "),
    });
    expect(await names()).toEqual(["VICTIM"]);
  });

  it("a secret is never asked for in a form", async () => {
    await answering(() => ({ action: "accept", content: { approve: true } }));
    expect(await call("secret_set", { name: "TYPED" })).toMatchObject({ page: expect.stringContaining("/secret/") });
    expect(asked).toEqual([]);
  });
});

describe("with a client that opens pages, too", () => {
  it("a secret's page is opened by it, an approval asked in a form", async () => {
    const opened: string[] = [];
    await connect({
      modes: { form: {}, url: {} },
      answer: (asked) => {
        if (asked.mode === "url") opened.push(asked.url);
        return { action: "accept", ...(asked.mode === "url" ? {} : { content: { approve: true } }) };
      },
    });
    const { page } = await call("secret_set", { name: "TYPED" });
    expect(opened).toEqual([page]);
    expect((await send(String(page), { value: "typed" })).status).toBe(200);
    expect(await call("secret_delete", { name: "TYPED" })).toEqual({ status: "deleted" });
  });
});

it("a client that goes while it is asked is answered without it, and the process ends at once", async () => {
  const env = { MOORAGE_DATA_DIR: join(home, "data"), MOORAGE_CONFIG_DIR: join(home, "config") };
  const raw = startProcess(entry, [], env);
  const { params } = initialize();
  raw.send({ ...initialize(), params: { ...params, capabilities: { elicitation: {} } } });
  raw.send(toolCall(1, "secret_set", { ...VICTIM, generate: {} }));
  await raw.answer(1);
  raw.send(toolCall(2, "secret_delete", VICTIM));
  await expect.poll(() => raw.lines().join("\n"), { timeout: 10_000 }).toContain('"elicitation/create"');
  raw.endInput();
  expect((await raw.answer(2)).result?.["structuredContent"]).toMatchObject({ status: "waiting_for_user" });
  expect((await raw.exited).code).toBe(0);
  expect(raw.errors()).toBe("");
});

it("at a Moorage elsewhere, pages are there, and the command names it without the key", async () => {
  const door = await openDoor({
    "secrets:request": () => ({
      name: "TYPED",
      level: "default",
      token: "moor_t",
      expiresAt: "2031-01-01T00:00:00.000Z",
    }),
    "secrets:delete": () => ({ status: "waiting_for_user", approvalId: "k57", expiresAt: "2031-01-01T00:00:00.000Z" }),
    "approvals:page": () => ({ token: "moor_a", expiresAt: "2031-01-01T00:00:00.000Z" }),
  });
  server = await connectClient(entry, door.env);
  await server.list();
  const program = `MOORAGE_URL=${door.env.MOORAGE_URL} ${process.execPath} ${entry}`;
  expect(await call("secret_set", { name: "TYPED" })).toMatchObject({
    page: `${door.env.MOORAGE_URL}/secret/moor_t`,
    command: `${program} secret set TYPED`,
  });
  expect(await call("secret_delete", { name: "TYPED" })).toMatchObject({
    page: `${door.env.MOORAGE_URL}/approve/moor_a`,
    command: `${program} approve k57`,
  });
  door.close();
});
