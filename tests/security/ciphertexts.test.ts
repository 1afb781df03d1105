/** Attack class 18: a value opens at its own place, whole and unchanged, under the right keys, or not at all. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as secrets from "@moorage/shared/contracts/secrets";
import type { Value } from "convex/values";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type Host, keySet, openInProcess } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

interface Version {
  _id: string;
  secretId: string;
  version: number;
  tenantId: string;
  sealed: { protected: string; iv: string; ciphertext: string; tag: string };
}

let host: Host;
let me: Caller;
let other: Caller;

const rows = async <T>(table: string): Promise<T[]> => (await host.engine.query("tamper:rows", { table })) as T[];
const patch = (table: string, id: string, fields: Record<string, Value>) =>
  host.engine.mutation("tamper:patch", { table, id, fields });

beforeAll(async () => {
  host = await openInProcess({ modules: tamperable });
  me = await host.admit();
  other = await host.admit();
  await me.backend.call(secrets.set, { name: "VICTIM", value: "victim-old" });
  await me.backend.call(secrets.set, { name: "VICTIM", value: "victim-new" });
  await me.backend.call(secrets.set, { name: "OTHER", value: "other-name" });
  await me.backend.call(secrets.set, { name: "VICTIM", agent: "cook", value: "other-agent" });
  await me.backend.call(secrets.set, { name: "VICTIM", level: "global", value: "other-level" });
  await other.backend.call(secrets.set, { name: "VICTIM", value: "other-tenant" });
});
afterAll(() => host.close());

/** The row of a value, by its place. */
async function find(place: { name: string; level: string; agent?: string; of?: Caller; version?: number }) {
  const { name, level, agent = "", of = me, version } = place;
  const secretRows = await rows<{
    _id: string;
    tenantId: string;
    name: string;
    level: string;
    agent: string;
    version: number;
    updatedBy: string;
  }>("secrets");
  const secret = secretRows.find(
    (row) => row.name === name && row.level === level && row.agent === agent && row.updatedBy === of.keyId,
  )!;
  const versions = await rows<Version>("secretVersions");
  return versions.find((row) => row.secretId === secret._id && row.version === (version ?? secret.version))!;
}

const read = () => me.backend.call(secrets.reveal, { name: "VICTIM", level: "default" });

/** Puts something in the victim's current row, looks what comes of it, and puts the right thing back. */
async function answerTo(change: (sealed: Version["sealed"]) => Version["sealed"]): Promise<unknown> {
  const victim = await find({ name: "VICTIM", level: "default" });
  await patch("secretVersions", victim._id, { sealed: change(victim.sealed) });
  const answer = await read().catch((error: unknown) => error);
  const resolved = await me.backend
    .call(secrets.resolve, { names: ["VICTIM"], agent: "nobody" })
    .catch((error: unknown) => error);
  const compared = await me.backend
    .call(secrets.compare, { secrets: [{ name: "VICTIM", value: "other-name" }] })
    .catch((error: unknown) => error);
  await patch("secretVersions", victim._id, { sealed: victim.sealed });
  expect(JSON.stringify([answer, resolved, compared])).not.toMatch(/victim-|other-/);
  expect([resolved, compared]).toMatchObject([{ code: "secret_unreadable" }, { code: "secret_unreadable" }]);
  return answer;
}

const flip = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);

describe("a sealed value", () => {
  it("opens where it is, so that the refusals below mean something", async () => {
    expect((await read()).value).toBe("victim-new");
  });

  it.each([
    ["another name", { name: "OTHER", level: "default" }],
    ["another agent", { name: "VICTIM", level: "agent", agent: "cook" }],
    ["another level", { name: "VICTIM", level: "global" }],
    ["an old version", { name: "VICTIM", level: "default", version: 1 }],
  ])("does not open in the place of one with %s", async (_what, place) => {
    const { sealed } = await find(place);
    expect(await answerTo(() => sealed)).toMatchObject({ code: "secret_unreadable" });
  });

  it("does not open in another tenant's place", async () => {
    const { sealed } = await find({ name: "VICTIM", level: "default", of: other });
    expect(await answerTo(() => sealed)).toMatchObject({ code: "secret_unreadable" });
  });

  it.each(["protected", "iv", "ciphertext", "tag"] as const)(
    "does not open with a bit of its %s flipped",
    async (part) => {
      expect(await answerTo((sealed) => ({ ...sealed, [part]: flip(sealed[part]) }))).toMatchObject({
        code: "secret_unreadable",
      });
    },
  );

  it.each(["iv", "ciphertext", "tag"] as const)("does not open with its %s cut short", async (part) => {
    expect(await answerTo((sealed) => ({ ...sealed, [part]: sealed[part].slice(0, 8) }))).toMatchObject({
      code: "secret_unreadable",
    });
  });

  it.each([{ alg: "none" }, { alg: "A256GCMKW" }, { enc: "A128GCM" }, { kid: "other" }, { zip: "DEF" }])(
    "does not open with a header that says %j",
    async (change) => {
      const answer = await answerTo((sealed) => {
        const header = { ...JSON.parse(Buffer.from(sealed.protected, "base64url").toString()), ...change };
        return { ...sealed, protected: Buffer.from(JSON.stringify(header)).toString("base64url") };
      });
      expect(answer).toMatchObject({ code: "secret_unreadable" });
    },
  );

  it("does not open when its data key is another tenant's", async () => {
    const dataKeys = await rows<{ _id: string; wrapped: Value }>("dataKeys");
    const [mine, theirs] = dataKeys;
    await patch("dataKeys", mine!._id, { wrapped: theirs!.wrapped });
    await expect(read()).rejects.toMatchObject({ code: "secret_unreadable" });
    await patch("dataKeys", mine!._id, { wrapped: mine!.wrapped });
    expect((await read()).value).toBe("victim-new");
  });
});

describe("the master keys", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "moorage-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("can be changed: data keys are sealed anew, and the old key is needed no more", async () => {
    const [older, newer] = [keySet(), keySet()];
    const both = JSON.stringify({ keys: [...JSON.parse(newer).keys, ...JSON.parse(older).keys] });
    const path = join(directory, "moorage.db");
    const under = async <T>(masterKeys: string, work: (host: Host, caller: Caller) => Promise<T>): Promise<T> => {
      const env = { MOORAGE_MASTER_KEYS: masterKeys, MOORAGE_AUDIT_KEYS: keySet() };
      const opened = await openInProcess({ storage: { kind: "file", path }, env, crons: false });
      try {
        return await work(opened, await opened.admit({ tenant: "t" }));
      } finally {
        await opened.close();
      }
    };
    const value = async (_: Host, { backend }: Caller) =>
      (await backend.call(secrets.reveal, { name: "KEPT" }).catch(({ code }) => ({ value: code }))).value;
    await under(older, (_, { backend }) => backend.call(secrets.set, { name: "KEPT", value: "kept" }));
    expect(await under(newer, value)).toBe("master_key_missing");
    expect(await under(both, value)).toBe("kept");
    await under(both, ({ engine }) => engine.action("vault:rewrap", {}));
    expect(await under(newer, value)).toBe("kept");
    expect(await under(older, value)).toBe("master_key_missing");
    expect(await under("", value)).toBe("keys_missing");
  });
});
