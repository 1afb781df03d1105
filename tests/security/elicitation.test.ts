/** Attack class 10 through a client's forms: without a person's own yes in time, nothing happens behind the door. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { type ElicitRequestParams, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { clientOf } from "moorage/person/client";
import { createServer } from "moorage/server";
import { TOOLS } from "moorage/tools/index";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

let host: Host;
let owner: Caller;
let agent: Caller;
beforeAll(async () => {
  host = await openInProcess();
});
afterAll(() => host.close());
beforeEach(async () => {
  owner = await host.admit();
  agent = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
  await owner.backend.call(secrets.set, { name: "VICTIM", value: "v" });
});

type Answer = (asked: ElicitRequestParams) => Promise<object> | object;

/** An agent's session with a client that answers so, and is waited for so long. */
async function openSession(answer: Answer, { waitMs, modes = { form: {} } }: { waitMs?: number; modes?: object } = {}) {
  const server = createServer({
    version: "1.0",
    tools: new Map(TOOLS.map((tool) => [tool.name, tool])),
    prompts: new Map(),
    resources: [],
    session: { imports: { cwd: "/", roots: [], stateDir: "/" } },
    backend: agent.backend,
    person: { command: (words) => words.join(" "), hasPages: true, client: () => clientOf(server, waitMs) },
    log: () => {},
  });
  const client = new Client({ name: "test", version: "1.0" }, { capabilities: { elicitation: { ...modes } } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await answer(params)) }));
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    remove: async (signal?: AbortSignal) => {
      const call = client.callTool({ name: "secret_delete", arguments: { name: "VICTIM" } }, undefined, {
        ...(signal && { signal }),
      });
      return (await call).structuredContent as Record<string, unknown>;
    },
  };
}

const YES = { action: "accept", content: { approve: true } };
const waiting = expect.objectContaining({ status: "waiting_for_user", command: expect.stringMatching(/^approve /) });
const isThere = async () => (await owner.backend.call(secrets.list, {})).secrets.length === 1;
const statusOf = async () => (await owner.backend.call(approvals.list, {})).approvals.map(({ status }) => status);

it("would be done by a yes", async () => {
  const { remove } = await openSession(() => YES);
  expect(await remove()).toEqual({ status: "deleted" });
  expect(await isThere()).toBe(false);
});

it("a yes that comes too late is nobody's", async () => {
  const late = Promise.withResolvers<object>();
  const { remove } = await openSession(() => late.promise, { waitMs: 1 });
  expect(await remove()).toEqual(waiting);
  late.resolve(YES);
  expect([await isThere(), await statusOf()]).toEqual([true, ["waiting"]]);
});

it("a yes after the call was cancelled is nobody's", async () => {
  const [asked, late] = [Promise.withResolvers<void>(), Promise.withResolvers<object>()];
  const { remove } = await openSession(() => {
    asked.resolve();
    return late.promise;
  });
  const cancel = new AbortController();
  const call = remove(cancel.signal);
  await asked.promise;
  cancel.abort();
  await expect(call).rejects.toThrow();
  late.resolve(YES);
  expect([await isThere(), await statusOf()]).toEqual([true, ["waiting"]]);
});

it("a yes to what has changed meanwhile is asked for again, in words of its own", async () => {
  let times = 0;
  const { remove } = await openSession(async () => {
    times++;
    await owner.backend.call(secrets.set, { name: "VICTIM", value: `changed ${times}` });
    return YES;
  });
  expect(await remove()).toEqual(waiting);
  expect([times, await isThere()]).toEqual([1, true]);
});

it("a yes of a client is nothing under the policy of the owner, so it is not asked", async () => {
  await owner.backend.call(approvals.setPolicy, { policy: "owner" });
  let isAsked = false;
  const { remove } = await openSession(() => {
    isAsked = true;
    return YES;
  });
  expect(await remove()).toEqual(waiting);
  expect([isAsked, await isThere()]).toEqual([false, true]);
});

it("a no is on record: the page and the command decide nothing any more", async () => {
  const { remove } = await openSession(() => ({ action: "decline" }));
  expect(await remove()).toMatchObject({ code: "approval_declined", retryable: false });
  expect([await isThere(), await statusOf()]).toEqual([true, ["declined"]]);
});

it("a form that is closed is not followed by another question, whatever the client can open", async () => {
  const asked: unknown[] = [];
  const { remove } = await openSession(
    ({ mode }) => {
      asked.push(mode);
      return { action: "cancel" };
    },
    { modes: { form: {}, url: {} } },
  );
  expect(await remove()).toEqual(waiting);
  expect([asked, await isThere()]).toEqual([["form"], true]);
});

it("a form that is closed declines nothing: it is said so, and a yes given elsewhere is what the same call goes ahead with", async () => {
  const { remove } = await openSession(() => ({ action: "cancel" }));
  expect(await remove()).toMatchObject({
    status: "waiting_for_user",
    command: expect.stringMatching(/^approve /),
    next: expect.stringContaining("nobody has declined"),
  });
  const [{ id, digest, status }] = (await owner.backend.call(approvals.list, {})).approvals as [approvals.Approval];
  expect(status).toBe("waiting");
  await owner.backend.call(approvals.decide, { id, digest, decision: "approve" });
  expect(await remove()).toEqual({ status: "deleted" });
});

it("a client that opens pages only is given the page, and its consent to open it is no yes", async () => {
  const opened: unknown[] = [];
  const { remove } = await openSession(
    (asked) => {
      opened.push(asked.mode === "url" ? asked.url : asked.mode);
      return YES;
    },
    { modes: { url: {} } },
  );
  const { page } = await remove();
  expect(opened).toEqual([page]);
  expect([await isThere(), await statusOf()]).toEqual([true, ["waiting"]]);
});
