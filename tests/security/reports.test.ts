/** What the door tells Convex after it has answered: refusals by known keys, added up, and where keys are used. */

import { createApiKey, formatApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import * as audit from "@moorage/shared/contracts/audit";
import * as instances from "@moorage/shared/contracts/instances";
import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import * as status from "@moorage/shared/contracts/status";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { deploy } from "../support/servers.ts";
import { tamperable } from "../support/tamper.ts";
import { call } from "../support/wire.ts";

let host: Host;
let owner: Caller;
let address: string;
let now: number;
/** The door's work after its answers, and what holds it back until a test lets it go. */
let pending: Promise<void>[];
let gathered: PromiseWithResolvers<void>;

beforeEach(async () => {
  address = "203.0.113.7";
  // The door's clock can go on a little, and its tokens still be good for Convex.
  now = Date.now() - 3 * 60_000;
  pending = [];
  gathered = Promise.withResolvers();
  host = await openInProcess(
    { modules: tamperable },
    {
      clientAddress: () => address,
      now: () => now,
      wait: () => gathered.promise,
      defer: (_c, work) => pending.push(work),
    },
  );
  const door = createApiKey();
  const proofHash = await proofHashOf(await proofOf(door.secret));
  owner = await host.admit();
  const row = { keyId: door.keyId, name: "door", scopes: ["door"], proofHash };
  await host.engine.mutation("tenants:provision", { tenant: owner.tenant, keys: [], door: row });
  host.bindings.MOORAGE_DOOR_KEY = door.text;
});
afterEach(() => host.close());

async function told(): Promise<void> {
  gathered.resolve();
  await Promise.all(pending);
  gathered = Promise.withResolvers();
  pending = [];
}

const rows = async (table: string) => (await host.engine.query("tamper:rows", { table })) as object[];
const refusals = async () =>
  (await owner.backend.call(audit.list, {})).records.filter(({ outcome }) => outcome !== "ok");
const alerts = async () => (await owner.backend.call(status.alerts, {})).alerts;

describe("refusals", () => {
  it("are on record together, by key, function and reason", async () => {
    const reader = await host.admit({ tenant: owner.tenant, scopes: ["memory:read"] });
    for (let i = 0; i < 3; i++) await call(reader, memory.delete, { id: "x", opId: crypto.randomUUID() });
    await call(reader, keys.list, {});
    await told();
    const found = (await refusals()).map(({ keyId, function: fn, outcome, count }) => ({ keyId, fn, outcome, count }));
    expect(found).toEqual(
      expect.arrayContaining([
        { keyId: reader.keyId, fn: "memory:delete", outcome: "missing_scope", count: 3 },
        { keyId: reader.keyId, fn: "keys:list", outcome: "missing_scope", count: 1 },
      ]),
    );
    expect(found).toHaveLength(2);
  });

  it("of a wrong secret under a known key id are failed attempts on that key", async () => {
    const { keyId } = owner;
    const answer = await call({ ...owner, ...host.as(forged(keyId)) }, memory.list, {});
    expect(answer.errorMessage).toBe("unauthenticated");
    await told();
    expect(await refusals()).toMatchObject([{ keyId, outcome: "unauthenticated", count: 1 }]);
  });

  it("of keys that nobody has write nothing, however many", async () => {
    await call(owner, memory.list, {});
    await told();
    const before = [(await rows("auditRecords")).length, (await rows("alerts")).length];
    for (let i = 0; i < 40; i++) await call({ ...owner, ...host.as(createApiKey().text) }, memory.list, {});
    await told();
    expect([(await rows("auditRecords")).length, (await rows("alerts")).length]).toEqual(before);
  });

  it("in a burst, and from outside a key's networks, raise alerts that a person can close", async () => {
    const reader = await host.admit({ tenant: owner.tenant, scopes: ["memory:read"] });
    const bound = await host.admit({ tenant: owner.tenant, cidrs: ["198.51.100.0/24"] });
    for (let i = 0; i < 25; i++) await call(reader, keys.list, {});
    await call(bound, memory.list, {});
    await told();
    const raised = await alerts();
    expect(raised.map(({ kind, keyId }) => [kind, keyId]).sort()).toEqual([
      ["key_outside_networks", bound.keyId],
      ["key_refusals", reader.keyId],
    ]);
    for (const { id } of raised) await owner.backend.call(status.alertAck, { id });
    expect(await alerts()).toEqual([]);
    expect((await owner.backend.call(status.alerts, { all: true })).alerts).toHaveLength(2);
  });

  it("of a server's one-time token that somebody else has used are an alert", async () => {
    const { token } = await deploy(host, owner, { name: "buoy" });
    const late = { ...owner, ...host.as(token) };
    await call(late, instances.redeem, { claim: crypto.randomUUID() });
    expect(await call(late, instances.redeem, { claim: crypto.randomUUID() })).toMatchObject({
      errorMessage: "token_used",
    });
    await told();
    expect(await alerts()).toMatchObject([
      { kind: "enrolment_refused", severity: "error", message: expect.stringContaining('the server "buoy"') },
    ]);
  });

  it("slow down whoever guesses, and nobody whose key is known", async () => {
    await call(owner, memory.list, {});
    const guess = () => call({ ...owner, ...host.as(createApiKey().text) }, memory.list, {});
    const answers = new Set<string | undefined>();
    for (let i = 0; i < 310; i++) answers.add((await guess()).errorMessage);
    expect([...answers]).toEqual(["unauthenticated", "rate_limited"]);
    expect((await call(owner, memory.list, {})).status).toBe("success");
    now += 60_000;
    expect((await guess()).errorMessage).toBe("unauthenticated");
  }, 60_000);
});

describe("the use of a key", () => {
  it("is told at most hourly, and a new network raises an alert", async () => {
    const keyOf = async () => (await owner.backend.call(keys.list, {})).keys.find(({ id }) => id === owner.keyId)!;
    await call(owner, memory.list, {});
    await told();
    const first = await keyOf();
    expect(first.usedFrom).toEqual(["203.0.113.0/24"]);
    now += 60_000;
    await call(owner, memory.list, {});
    await told();
    expect((await keyOf()).lastUsedAt).toBe(first.lastUsedAt);
    expect(await alerts()).toEqual([]);
    address = "2001:db8:1::5";
    await call(owner, memory.list, {});
    await told();
    expect((await keyOf()).usedFrom).toEqual(["2001:db8:1::/48", "203.0.113.0/24"]);
    expect(await alerts()).toMatchObject([{ kind: "key_new_network", keyId: owner.keyId, count: 1 }]);
  });
});

/** A well-formed key with somebody's id and a secret of one's own. */
const forged = (keyId: string) => formatApiKey({ keyId, secret: createApiKey().secret });
