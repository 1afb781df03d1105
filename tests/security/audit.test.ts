/** Attack class 19: what changed something or used a secret is on record, once, and the record cannot be changed unseen. */

import { isMutating } from "@moorage/shared/contract";
import * as audit from "@moorage/shared/contracts/audit";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import type { Value } from "convex/values";
import statusAudit from "moorage/tools/status/audit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { allFunctions } from "../support/samples.ts";
import { callTool } from "../support/session.ts";
import { tamperable } from "../support/tamper.ts";
import { call } from "../support/wire.ts";

let host: Host;
let me: Caller;
beforeEach(async () => {
  host = await openInProcess({ modules: tamperable });
  me = await host.admit();
});
afterEach(() => host.close());

const records = async () => (await me.backend.call(audit.list, {})).records;
const seal = () => host.engine.action("audit:seal", {});
const verify = () => me.backend.call(audit.verify, {});
const rows = async (table: string) =>
  (await host.engine.query("tamper:rows", { table })) as { _id: string; seq: number }[];
const patch = (table: string, id: string, fields: Record<string, Value>) =>
  host.engine.mutation("tamper:patch", { table, id, fields });

describe("the audit trail", () => {
  it("has one record for every call that changed something, and none for one that only read", async () => {
    const uses = ["secrets:resolve", "secrets:reveal", "secrets:export"];
    for (const { contract, args } of allFunctions()) {
      const before = (await records()).length;
      const { status } = await call(me, contract, args("k570000000000000000000000000"));
      const isRecorded = contract.scope !== "door" && (isMutating(contract) || uses.includes(contract.path));
      const expected = status === "success" && isRecorded ? 1 : 0;
      expect([contract.path, status, (await records()).length - before]).toEqual([contract.path, status, expected]);
    }
  });

  it("says who, with what program, what, on what, how it ended, and under which request", async () => {
    await call(
      me,
      secrets.set,
      { name: "API_KEY", value: "canary-value" },
      {
        "moorage-client": "cursor/1.2",
        "moorage-request-id": "request-0001",
      },
    );
    const [record] = await records();
    expect(record).toMatchObject({
      keyId: me.keyId,
      client: "cursor/1.2",
      function: "secrets:set",
      subjects: ["secret:default/API_KEY"],
      outcome: "ok",
      requestId: "request-0001",
      sealed: false,
    });
    expect(JSON.stringify(record)).not.toContain("canary-value");
  });

  it("names what was resolved and revealed", async () => {
    await me.backend.call(secrets.set, { name: "API_KEY", value: "v" });
    await me.backend.call(secrets.resolve, { agent: "cook" });
    await me.backend.call(secrets.reveal, { name: "API_KEY" });
    const [revealed, resolved] = await records();
    expect(resolved).toMatchObject({
      function: "secrets:resolve",
      subjects: ["agent:cook", "secret:default/API_KEY v1"],
    });
    expect(revealed).toMatchObject({ function: "secrets:reveal", subjects: ["secret:default/API_KEY v1"] });
  });

  it("is one tenant's own", async () => {
    await me.backend.call(secrets.set, { name: "API_KEY", value: "v" });
    const other = await host.admit();
    expect(await other.backend.call(audit.list, {})).toEqual({ records: [] });
  });

  it("says how much is not sealed yet, and is whole once it is", async () => {
    for (const content of ["one", "two", "three"]) await me.backend.call(memory.add, { type: "fact", content });
    expect(await verify()).toEqual({ checked: 0, problems: [], unsealed: 3 });
    await seal();
    expect(await verify()).toEqual({ checked: 3, problems: [], unsealed: 0 });
    expect((await records()).every(({ sealed }) => sealed)).toBe(true);
  });

  it("is checked by one call of the tool from its beginning to its end, however long it is", async () => {
    for (let minute = 0; minute < 45; minute++) {
      await me.backend.call(memory.add, { type: "fact", content: `minute ${minute}` });
      await seal();
    }
    const [first] = (await records()).slice(-1);
    await patch("auditRecords", first!.id, { keyId: "somebodyelse0000" });
    await me.backend.call(memory.add, { type: "fact", content: "not sealed yet" });
    expect(await callTool(statusAudit, { verify: true }, me)).toEqual({
      checked: 45,
      problems: [{ kind: "altered", at: first!.id }],
      unsealed: 1,
    });
  });

  describe("once sealed", () => {
    let first: string;
    beforeEach(async () => {
      for (const content of ["one", "two"]) {
        await me.backend.call(memory.add, { type: "fact", content });
        await seal();
      }
      first = (await records()).at(-1)!.id;
      expect(await verify()).toEqual({ checked: 2, problems: [], unsealed: 0 });
    });

    it("names a record that was altered", async () => {
      await patch("auditRecords", first, { keyId: "somebodyelse0000" });
      expect((await verify()).problems).toEqual([{ kind: "altered", at: first }]);
    });

    it("names a record that was removed", async () => {
      await host.engine.mutation("tamper:remove", { id: first });
      expect((await verify()).problems).toEqual([{ kind: "removed", at: first }]);
    });

    it("shows that a seal was made to fit an altered record", async () => {
      const [seal1] = await rows("auditSeals");
      await patch("auditSeals", seal1!._id, { entries: [] });
      expect((await verify()).problems).toContainEqual({ kind: "chain_broken", at: "seal 1" });
    });

    it("shows that a seal is gone from the middle or from the end", async () => {
      const [seal1, seal2] = await rows("auditSeals");
      await host.engine.mutation("tamper:remove", { id: seal2!._id });
      expect((await verify()).problems).toEqual([{ kind: "chain_shortened", at: "seal 1" }]);
      await host.engine.mutation("tamper:remove", { id: seal1!._id });
      expect((await verify()).problems).toEqual([{ kind: "chain_shortened", at: "seal 0" }]);
    });
  });
});
