import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import type { Scope } from "@moorage/shared/scopes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTS, type Host } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

const refused = (code: string) => expect.objectContaining({ code });

describe.each(HOSTS)("API keys in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open({ modules: tamperable });
  });
  afterAll(() => host.close());

  const laptop = { name: "laptop", scopes: ["memory:read"] };

  it("are made with what was asked, shown once, and listed without their secret", async () => {
    const { backend } = await host.admit();
    const { key, text } = await backend.call(keys.create, {
      ...laptop,
      agent: "cook",
      networks: ["127.0.0.0/8", "::1/128"],
    });
    expect(key).toMatchObject({ name: "laptop", kind: "key", scopes: ["memory:read"], agent: "cook", status: "live" });
    expect(await host.as(text).backend.call(keys.resolve, {})).toMatchObject({ keyId: key.id, agent: "cook" });
    const list = JSON.stringify(await backend.call(keys.list, {}));
    expect(list).toContain(key.id);
    expect(list).not.toContain(text.split("_")[2]!.slice(0, 43));
  });

  it("never grant more than the key of whoever makes them", async () => {
    const scopes: Scope[] = ["keys:admin", "memory:read"];
    const expiresAt = Date.now() + 60 * 60_000;
    const giver = await host.admit({ scopes, agent: "cook", cidrs: ["127.0.0.0/8", "::1/128"], expiresAt });
    const create = (args: object) => giver.backend.call(keys.create, { ...laptop, ...args });
    await expect(create({ scopes: ["memory:read", "secrets:reveal"] })).rejects.toEqual(refused("beyond_own_key"));
    await expect(create({ agent: "deckhand" })).rejects.toEqual(refused("beyond_own_key"));
    await expect(create({ networks: ["0.0.0.0/0"] })).rejects.toEqual(refused("beyond_own_key"));
    await expect(create({ scopes: ["door"] })).rejects.toEqual(refused("invalid_input"));
    const { key } = await create({ expiresAt: new Date(expiresAt + 60_000).toISOString() });
    expect(key).toMatchObject({ agent: "cook", networks: ["127.0.0.0/8", "::1/128"] });
    expect(key.expiresAt).toBe(new Date(expiresAt).toISOString());
    const stronger = await host.admit({ tenant: giver.tenant });
    await expect(giver.backend.call(keys.rotate, { id: stronger.keyId })).rejects.toEqual(refused("beyond_own_key"));
  });

  it("are rotated: both work through the grace period, without one only the new", async () => {
    const { backend } = await host.admit();
    const first = await backend.call(keys.create, laptop);
    const second = await backend.call(keys.rotate, { id: first.key.id, graceMinutes: 60 });
    for (const { text } of [first, second]) await host.as(text).backend.call(memory.list, {});
    const { keys: listed } = await backend.call(keys.list, {});
    expect(listed.find(({ id }) => id === first.key.id)).toMatchObject({
      status: "rotating",
      successor: second.key.id,
    });
    await expect(backend.call(keys.rotate, { id: first.key.id })).rejects.toEqual(refused("invalid_input"));
    const third = await backend.call(keys.rotate, { id: second.key.id, graceMinutes: 0 });
    await expect(host.as(second.text).backend.call(memory.list, {})).rejects.toEqual(refused("unauthenticated"));
    expect(await host.as(third.text).backend.call(memory.list, {})).toEqual({ memories: [] });
  });

  it("are revoked at once, even while the door still remembers them", async () => {
    const { backend } = await host.admit();
    const { key, text } = await backend.call(keys.create, laptop);
    const holder = host.as(text).backend;
    await holder.call(memory.list, {});
    await backend.call(keys.revoke, { id: key.id });
    await expect(holder.call(memory.list, {})).rejects.toEqual(refused("unauthenticated"));
  });

  it("of another tenant are as good as none", async () => {
    const [mine, theirs] = [await host.admit(), await host.admit()];
    await expect(mine.backend.call(keys.revoke, { id: theirs.keyId })).rejects.toEqual(refused("not_found"));
    await theirs.backend.call(memory.list, {});
  });

  describe("by enrolment", () => {
    it("turn a code into a key; a repeat by the same ends the one before, another is refused", async () => {
      const { backend } = await host.admit();
      const { code } = await backend.call(keys.enroll, laptop);
      const enrolling = host.as(code).backend;
      const claim = crypto.randomUUID();
      const first = await enrolling.call(keys.redeem, { claim });
      expect(first.key).toMatchObject({ name: "laptop", scopes: ["memory:read"] });
      const second = await enrolling.call(keys.redeem, { claim });
      await expect(host.as(first.text).backend.call(memory.list, {})).rejects.toEqual(refused("unauthenticated"));
      await host.as(second.text).backend.call(memory.list, {});
      await expect(enrolling.call(keys.redeem, { claim: crypto.randomUUID() })).rejects.toEqual(refused("token_used"));
      await expect(enrolling.call(memory.list, {})).rejects.toEqual(refused("missing_scope"));
    });

    it("have one winner of twenty that race", async () => {
      const { backend } = await host.admit();
      const { code } = await backend.call(keys.enroll, laptop);
      const racers = Array.from({ length: 20 }, () =>
        host.as(code).backend.call(keys.redeem, { claim: crypto.randomUUID() }),
      );
      const ends = await Promise.allSettled(racers);
      const won = ends.filter(({ status }) => status === "fulfilled");
      const lost = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.code] : []));
      expect(won).toHaveLength(1);
      expect(new Set(lost)).toEqual(new Set(["token_used"]));
    });

    it("end after a quarter of an hour", async () => {
      const { backend } = await host.admit();
      const { code, expiresAt } = await backend.call(keys.enroll, laptop);
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
      const rows = (await host.engine.query("tamper:rows", { table: "keys" })) as { _id: string; keyId: string }[];
      const id = rows.find(({ keyId }) => code.includes(keyId))!._id;
      await host.engine.mutation("tamper:patch", { table: "keys", id, fields: { expiresAt: Date.now() - 1 } });
      const redeem = host.as(code).backend.call(keys.redeem, { claim: crypto.randomUUID() });
      await expect(redeem).rejects.toEqual(refused("unauthenticated"));
      await host.engine.mutation("tamper:patch", { table: "keys", id, fields: { expiresAt: 1 } });
      await host.engine.mutation("keys:forget", {});
      const left = (await host.engine.query("tamper:rows", { table: "keys" })) as { _id: string }[];
      expect(left.map(({ _id }) => _id)).not.toContain(id);
    });

    it("end with the key that made the code", async () => {
      const { tenant, backend, keyId } = await host.admit();
      const { code } = await backend.call(keys.enroll, laptop);
      const other = await host.admit({ tenant });
      await other.backend.call(keys.revoke, { id: keyId });
      const redeem = host.as(code).backend.call(keys.redeem, { claim: crypto.randomUUID() });
      await expect(redeem).rejects.toEqual(refused("unauthenticated"));
    });
  });
});
