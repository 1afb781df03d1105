import * as approvals from "@moorage/shared/contracts/approvals";
import * as deployments from "@moorage/shared/contracts/deploy";
import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { allFunctions } from "../support/samples.ts";
import { deploy } from "../support/servers.ts";
import { call } from "../support/wire.ts";

const CANARY = "canary-9d2f";
const functions = allFunctions();
/** Functions that refuse here: a key of another purpose is needed for them, a secret of a name that is there, or a service that answers. */
const REFUSING =
  /^(deploy:(connect|credential)|embeddings:(set|off)|instances:.*|keys:redeem|memory:approve|pages:(secret|submitSecret|approval|decideApproval)|secrets:(rotate|copy|restore|delete|history|reveal|rollout))$/;

describe.each(HOSTS)("one tenant's data in $name", ({ open }) => {
  let host: Host;
  let owner: Caller;
  let stranger: Caller;
  let theirs: string;
  /** By a function's path, or its first part: what the owner has of the kind that the function takes the id of. */
  let owned: Record<string, string>;
  /** An id that was never anyone else's, and is no more. */
  let gone: string;

  beforeAll(async () => {
    host = await open();
    owner = await host.admit();
    stranger = await host.admit();
    const add = (caller: Caller, content: string) =>
      caller.backend.call(memory.add, { type: "fact", content, tags: [CANARY], agent: "default" });
    theirs = (await add(owner, `The harbour opens at six. ${CANARY}`)).memory.id;
    gone = (await add(stranger, "The harbour opens at six.")).memory.id;
    await stranger.backend.call(memory.delete, { id: gone });
    owned = { memory: theirs, ...(await haveOneOfEach(host, owner)) };
    await owner.backend.call(memory.logAppend, { content: `Moored at the harbour. ${CANARY}`, day: "2026-06-01" });
  });
  afterAll(() => host.close());
  const idFor = (path: string) => owned[path] ?? owned[path.slice(0, path.indexOf(":"))];

  it("has ids that its owner reaches it by, so that the refusals below mean something", async () => {
    for (const { contract, args } of functions.filter(
      ({ takesId, contract: { kind } }) => takesId && kind === "query",
    )) {
      const id = idFor(contract.path)!;
      expect([contract.path, (await call(owner, contract, args(id))).status]).toEqual([contract.path, "success"]);
    }
  });

  it("is there for its owner, by every function that takes its id or searches for it", async () => {
    expect(await call(owner, memory.get, { id: theirs })).toMatchObject({ status: "success" });
    expect(JSON.stringify(await call(owner, memory.search, { query: "harbour" }))).toContain(CANARY);
    expect(JSON.stringify(await call(owner, memory.context, { today: "2026-06-01" }))).toContain(CANARY);
  });

  it.each(functions.filter(({ takesId }) => takesId).map((sample) => [sample.contract.path, sample] as const))(
    "%s answers a stranger as if the id were nobody's",
    async (_path, { contract, args }) => {
      const answerTo = async (id: string) => {
        const { errorData, ...rest } = await call(stranger, contract, args(id));
        const text = JSON.stringify({ ...rest, errorData: { ...errorData, requestId: "" } });
        return text.replaceAll(id, "<id>");
      };
      expect(idFor(contract.path)).toBeDefined();
      const answer = await answerTo(idFor(contract.path)!);
      expect(answer).toMatch(/"code":"not_found"|"status":"success"/);
      expect(answer).not.toContain(CANARY);
      expect(answer).toBe(await answerTo(gone));
    },
  );

  it.each(functions.filter(({ takesId }) => !takesId).map((sample) => [sample.contract.path, sample] as const))(
    "%s shows a stranger nothing of it",
    async (_path, { contract, args }) => {
      const answer = await call(stranger, contract, args(""));
      expect(answer.status).toBe(REFUSING.test(contract.path) ? "error" : "success");
      expect(JSON.stringify(answer)).not.toContain(CANARY);
    },
  );

  it("cannot be reached with its owner's cursors", async () => {
    await owner.backend.call(memory.add, { type: "fact", content: `More. ${CANARY}`, agent: "default" });
    for (const { contract, args } of functions) {
      if (!("cursor" in contract.args.shape)) continue;
      const page = "limit" in contract.args.shape ? { ...args(theirs), limit: 1 } : args(theirs);
      const { value } = await call(owner, contract, page);
      if (value.cursor === undefined) continue;
      const answer = await call(stranger, contract, { ...page, cursor: value.cursor });
      expect(JSON.stringify(answer)).not.toContain(CANARY);
    }
  });

  it("is as it was after all that", async () => {
    const { value } = await call(owner, memory.get, { id: theirs });
    expect(value.memory).toMatchObject({ id: theirs, content: `The harbour opens at six. ${CANARY}` });
  });
});

async function haveOneOfEach(host: Host, owner: Caller): Promise<Record<string, string>> {
  const lines = [`Import 3 secrets from ${CANARY}.env`];
  const wait = await owner.backend.call(approvals.request, { kind: "secret_import_copy", lines });
  const { key } = await owner.backend.call(keys.create, { name: CANARY, scopes: ["memory:read"] });
  const alertId: string = await host.engine.inline("mutation", async (ctx) => {
    // biome-ignore lint/suspicious/noExplicitAny: an inline function has no types of the schema
    const query = ctx.db.query("keys").withIndex("by_keyId", (q: any) => q.eq("keyId", owner.keyId));
    const { tenantId } = await query.unique();
    const about = { kind: "key_new_network", keyId: owner.keyId, message: CANARY, count: 1, lastAt: Date.now() };
    return ctx.db.insert("alerts", { tenantId, ...about });
  });
  const { deploymentId } = await deploy(host, owner, { name: CANARY });
  const { planId } = await owner.backend.call(deployments.plan, { name: `${CANARY}-plan`, provider: "simulated" });
  const operationId: string = await host.engine.inline("mutation", async (ctx) => {
    const { tenantId, createdBy } = await ctx.db.get(deploymentId);
    const machine = { kind: "apply", state: "apply", seq: 1, tries: 0, enteredAt: Date.now() };
    return ctx.db.insert("operations", { tenantId, createdBy, deploymentId, provider: "host", ...machine });
  });
  return {
    "deploy:create": planId,
    "deploy:cancel": operationId,
    "status:operation": operationId,
    "status:check": deploymentId,
    "status:logs": deploymentId,
    approvals: "approvalId" in wait ? wait.approvalId : "",
    keys: key.id,
    status: alertId,
    deploy: deploymentId,
  };
}
