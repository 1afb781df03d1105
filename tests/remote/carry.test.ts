/** What `moorage up --with-data` carries: from a Moorage in one process to one in workerd before an engine over HTTP. */
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as transfer from "@moorage/shared/contracts/transfer";
import { carry } from "moorage/cloud/carry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess, openWorkerd } from "../support/hosts.ts";

let here: Host;
let there: Host;
beforeAll(async () => {
  here = await openInProcess();
  there = await openWorkerd();
});
afterAll(async () => {
  await here.close();
  await there.close();
});

async function filled(): Promise<{ from: Caller; to: Caller; made: string }> {
  const [from, to] = [await here.admit(), await there.admit()];
  const { backend } = from;
  const old = await backend.call(memory.add, { type: "decision", content: "We use MySQL.", agent: "ada" });
  const newer = await backend.call(memory.add, {
    type: "decision",
    content: "We use PostgreSQL.",
    agent: "ada",
    tags: ["db"],
    importance: 5,
    pinned: true,
    occurredAt: "2026-03-01T10:00:00.000Z",
    supersedes: old.memory.id,
  });
  await backend.call(memory.update, { id: newer.memory.id, content: "We use Postgres." });
  await backend.call(memory.logAppend, { content: "Moved the data.", agent: "ada", day: "2026-03-01" });
  await backend.call(secrets.set, { name: "DB_PASSWORD", value: "correct horse\nbattery staple" });
  await backend.call(secrets.set, { name: "DB_PASSWORD", agent: "ada", value: "hers" });
  const { text } = await backend.call(keys.create, { name: "laptop", scopes: ["memory:read"] });
  return { from, to, made: text };
}

const silent = () => {};

describe("what is carried", () => {
  it("arrives with its times, its standing and its links, and is found there", async () => {
    const { from, to } = await filled();
    const carried = await carry({ from: from.backend, to: to.backend }, silent);
    expect(carried).toEqual({
      memories: 2,
      versions: 1,
      logs: 1,
      secrets: 2,
      keys: 1,
      refused: [],
      differing: [],
      aliveThere: [],
    });
    const { memories } = await to.backend.call(memory.search, { query: "Postgres" });
    expect(memories).toMatchObject([
      {
        content: "We use Postgres.",
        pinned: true,
        importance: 5,
        tags: ["db"],
        occurredAt: "2026-03-01T10:00:00.000Z",
      },
    ]);
    const { history } = await to.backend.call(memory.get, { id: memories[0]!.id, history: true });
    expect(history).toMatchObject([{ content: "We use PostgreSQL.", source: "user" }]);
    const { entries } = await to.backend.call(memory.logRead, { agent: "ada" });
    expect(entries).toMatchObject([{ day: "2026-03-01", content: "Moved the data." }]);
    const { values } = await to.backend.call(secrets.resolve, { agent: "ada" });
    expect(values).toMatchObject([{ name: "DB_PASSWORD", value: "hers" }]);
    expect((await to.backend.call(secrets.resolve, { agent: "bob" })).values[0]?.value).toContain("horse\nbattery");
  });

  it("holds for keys, too: whoever has one here has it there, with no more than it could do", async () => {
    const { from, to, made } = await filled();
    await carry({ from: from.backend, to: to.backend }, silent);
    expect((await there.as(made).backend.call(keys.resolve, {})).scopes).toEqual(["memory:read"]);
    await expect(there.as(made).backend.call(memory.add, { type: "fact", content: "x" })).rejects.toMatchObject({
      code: "missing_scope",
    });
  });

  it("leaves a key alive that was ended here since, and says so; one that was ended there stays ended", async () => {
    const { from, to, made } = await filled();
    const other = await from.backend.call(keys.create, { name: "desk", scopes: ["memory:read"] });
    await carry({ from: from.backend, to: to.backend }, silent);
    const { keyId } = await here.as(made).backend.call(keys.resolve, {});
    await from.backend.call(keys.revoke, { id: keyId });
    await to.backend.call(keys.revoke, { id: other.key.id });
    const { aliveThere } = await carry({ from: from.backend, to: to.backend }, silent);
    expect(aliveThere).toEqual([{ id: keyId, name: "laptop" }]);
    await expect(there.as(other.text).backend.call(keys.resolve, {})).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  it("holds for a key that was made meanwhile, or it is said that the sides differ", async () => {
    const { from, to } = await filled();
    const busy: typeof to.backend = {
      ...to.backend,
      call: async (contract, args) => {
        const answer = await to.backend.call(contract, args);
        if (contract.path === transfer.importKeys.path)
          await from.backend.call(keys.create, { name: "made meanwhile", scopes: ["memory:read"] });
        return answer;
      },
    };
    await expect(carry({ from: from.backend, to: busy }, silent)).rejects.toMatchObject({
      message: "The two sides do not agree yet: 0 entries, 0 secrets and 1 keys differ.",
    });
  });

  it("is brought once, however often it is done, and stays where it was", async () => {
    const { from, to } = await filled();
    await carry({ from: from.backend, to: to.backend }, silent);
    await from.backend.call(memory.add, { type: "fact", content: "The heron is blue." });
    await carry({ from: from.backend, to: to.backend }, silent);
    expect((await to.backend.call(transfer.exportMemories, {})).memories).toHaveLength(3);
    expect((await from.backend.call(transfer.exportMemories, {})).memories).toHaveLength(3);
    const { versions } = await to.backend.call(secrets.history, { name: "DB_PASSWORD" });
    expect(versions).toHaveLength(1);
  });

  it("never takes the place of a secret that has been changed over there since", async () => {
    const { from, to } = await filled();
    await carry({ from: from.backend, to: to.backend }, silent);
    await to.backend.call(secrets.set, { name: "DB_PASSWORD", value: "rotated since" });
    const carried = await carry({ from: from.backend, to: to.backend }, silent);
    expect(carried.differing).toEqual(["AGENT_DEFAULT_DB_PASSWORD"]);
    expect((await to.backend.call(secrets.resolve, { agent: "bob" })).values[0]?.value).toBe("rotated since");
  });

  it("opens each secret once, and keeps the day on which it is to be renewed", async () => {
    const { from, to } = await filled();
    await from.backend.call(secrets.set, { name: "TOKEN", value: "renewed each month", rotateAfterDays: 30 });
    const opened: string[] = [];
    const watched: typeof from.backend = {
      ...from.backend,
      call: (contract, args) => {
        if (contract.scope === "secrets:reveal") opened.push(contract.path);
        return from.backend.call(contract, args);
      },
    };
    await carry({ from: watched, to: to.backend }, silent);
    expect(opened).toEqual([secrets.export.path]);
    const days = async ({ backend }: Caller) =>
      (await backend.call(secrets.list, {})).secrets.find(({ name }) => name === "TOKEN")!.rotateAfter!.slice(0, 10);
    expect(await days(to)).toBe(await days(from));
  });

  it("that was changed here while it was carried is said", async () => {
    const { from, to } = await filled();
    const busy: typeof to.backend = {
      ...to.backend,
      call: async (contract, args) => {
        if (contract.path === transfer.importKeys.path)
          await from.backend.call(secrets.set, { name: "DB_PASSWORD", value: "set meanwhile" });
        return to.backend.call(contract, args);
      },
    };
    await expect(carry({ from: from.backend, to: busy }, silent)).rejects.toMatchObject({
      message: "The two sides do not agree yet: 0 entries, 1 secrets and 0 keys differ.",
    });
  });

  it("is under the same policy and kept as long, and what is settled there later holds", async () => {
    const { from, to } = await filled();
    await from.backend.call(approvals.setPolicy, { policy: "owner" });
    await from.backend.call(memory.setRetention, { logDays: 90, expiredDays: null });
    await from.backend.call(jobs.setRetention, { events: 45 });
    await carry({ from: from.backend, to: to.backend }, silent);
    expect(await to.backend.call(approvals.policy, {})).toEqual({ policy: "owner" });
    expect(await to.backend.call(memory.retention, {})).toMatchObject({ logDays: 90, expiredDays: null });
    expect(await to.backend.call(jobs.retention, {})).toMatchObject({ events: 45 });
    await to.backend.call(memory.setRetention, { logDays: 10 });
    await carry({ from: from.backend, to: to.backend }, silent);
    expect(await to.backend.call(memory.retention, {})).toMatchObject({ logDays: 10 });
  });

  it("goes on after it was cut off in the middle", async () => {
    const { from, to } = await filled();
    let calls = 0;
    const failing: typeof to.backend = {
      ...to.backend,
      call: (contract, args) => {
        if (contract.path === secrets.set.path && ++calls === 2) throw new Error("the network went away");
        return to.backend.call(contract, args);
      },
    };
    await expect(carry({ from: from.backend, to: failing }, silent)).rejects.toThrow("the network went away");
    expect(await carry({ from: from.backend, to: to.backend }, silent)).toMatchObject({ memories: 2, secrets: 2 });
    expect((await to.backend.call(transfer.exportMemories, {})).memories).toHaveLength(2);
  });

  it("that differs in the end is said, and nothing is taken away", async () => {
    const { from, to } = await filled();
    const forgetful: typeof to.backend = {
      ...to.backend,
      call: async (contract, args) => {
        const answer = await to.backend.call(contract, args);
        const { memories } = answer as { memories?: { content?: string }[] };
        if (contract.path !== transfer.exportMemories.path) return answer;
        return { memories: memories!.map((one) => ({ ...one, content: "something else" })) } as typeof answer;
      },
    };
    await expect(carry({ from: from.backend, to: forgetful }, silent)).rejects.toMatchObject({
      message: "The two sides do not agree yet: 2 entries, 0 secrets and 0 keys differ.",
    });
  });
});

it("nobody takes in a key that may more than their own", async () => {
  const giver = await there.admit({ scopes: ["keys:admin", "memory:read"] });
  const { keyId, secret } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  const key = { id: keyId, name: "more", scopes: ["memory:write"], proofHash };
  await expect(giver.backend.call(transfer.importKeys, { keys: [key] })).rejects.toMatchObject({
    code: "beyond_own_key",
  });
});
