/** Attack classes 8 and 10: without a person's yes to this very thing, nothing happens; with it, it happens once. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as pages from "@moorage/shared/contracts/pages";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

const refused = (code: string) => expect.objectContaining({ code });

describe.each(HOSTS)("an approval in $name", ({ open }) => {
  let host: Host;
  /** A coding agent's key, and its owner's. */
  let agent: Caller;
  let owner: Caller;
  beforeAll(async () => {
    host = await open({ modules: tamperable });
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    owner = await host.admit();
    agent = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
    await owner.backend.call(secrets.set, { name: "VICTIM", value: "v" });
  });

  const remove = (caller = agent) => caller.backend.call(secrets.delete, { name: "VICTIM" });
  const ask = async (caller = agent) => {
    const wait = await remove(caller);
    if (wait.status !== "waiting_for_user") throw new Error(`answered ${wait.status}`);
    return (await caller.backend.call(approvals.get, { id: wait.approvalId })).approval;
  };
  const decide = (caller: Caller, { id, digest }: { id: string; digest: string }, decision = "approve") =>
    caller.backend.call(approvals.decide, { id, digest, decision });
  const isThere = async () => (await owner.backend.call(secrets.list, {})).secrets.length === 1;

  it("shows what it is for, and is waited for by the same call without a second one", async () => {
    const approval = await ask();
    expect(approval).toMatchObject({
      kind: "secret_delete",
      status: "waiting",
      policy: "client",
      requestedBy: agent.keyId,
    });
    expect(approval.lines[0]).toBe('Delete the secret "VICTIM" at the level "default", version 1.');
    expect((await ask()).id).toBe(approval.id);
    expect(await isThere()).toBe(true);
  });

  it("is used once", async () => {
    await decide(owner, await ask());
    expect(await remove()).toEqual({ status: "deleted" });
    await owner.backend.call(secrets.set, { name: "VICTIM", value: "v" });
    expect((await remove()).status).toBe("waiting_for_user");
    expect(await isThere()).toBe(true);
  });

  it("is for what was shown: when the secret has changed, it counts no more", async () => {
    await decide(owner, await ask());
    await owner.backend.call(secrets.set, { name: "VICTIM", value: "another" });
    expect((await remove()).status).toBe("waiting_for_user");
    expect(await isThere()).toBe(true);
  });

  it("is for the key that asked", async () => {
    await decide(owner, await ask());
    const other = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
    expect((await remove(other)).status).toBe("waiting_for_user");
  });

  it("is over after a quarter of an hour, whether it was given in time or not", async () => {
    const endNow = async (id: string) => {
      const fields = { expiresAt: Date.now() - 1 };
      await host.engine.mutation("tamper:patch", { table: "approvals", id, fields });
    };
    const late = await ask();
    await endNow(late.id);
    await expect(decide(owner, late)).rejects.toEqual(refused("approval_closed"));
    const unused = await ask();
    expect(unused.id).not.toBe(late.id);
    await decide(owner, unused);
    await endNow(unused.id);
    expect((await remove()).status).toBe("waiting_for_user");
    expect(await isThere()).toBe(true);
  });

  it("declined, refuses the call, and says when it may be asked again", async () => {
    const approval = await ask();
    await decide(owner, approval, "decline");
    await expect(remove()).rejects.toMatchObject({
      code: "approval_declined",
      hint: expect.stringContaining(`after ${approval.expiresAt}.`),
    });
    await expect(decide(owner, approval)).rejects.toEqual(refused("approval_closed"));
    expect(await isThere()).toBe(true);
  });

  it("is not given with another digest, nor by another agent's key, nor by another tenant's owner", async () => {
    const approval = await ask();
    await expect(decide(owner, { ...approval, digest: "A".repeat(43) })).rejects.toEqual(refused("invalid_input"));
    const other = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
    await expect(decide(other, approval)).rejects.toEqual(refused("not_found"));
    await expect(decide(await host.admit(), approval)).rejects.toEqual(refused("not_found"));
    expect((await remove()).status).toBe("waiting_for_user");
  });

  describe("under the policy owner", () => {
    beforeEach(() => owner.backend.call(approvals.setPolicy, { policy: "owner" }));

    it("is not given by the key that asked, whatever its scopes, nor on its page", async () => {
      await expect(decide(agent, await ask())).rejects.toEqual(refused("approval_refused"));
      await expect(decide(owner, await ask(owner))).rejects.toEqual(refused("approval_refused"));
      const { token } = await agent.backend.call(approvals.page, { id: (await ask()).id });
      const { digest } = await ask();
      const page = host.as(token).backend.call(pages.decideApproval, { digest, decision: "approve" });
      await expect(page).rejects.toEqual(refused("approval_refused"));
      expect((await remove()).status).toBe("waiting_for_user");
    });

    it("is given by another key that approves", async () => {
      await decide(owner, await ask());
      expect(await remove()).toEqual({ status: "deleted" });
    });

    it("is nothing that an agent's key can change", async () => {
      const weaken = agent.backend.call(approvals.setPolicy, { policy: "client" });
      await expect(weaken).rejects.toEqual(refused("missing_scope"));
    });
  });

  it("of an import is used up by the program that carries it out", async () => {
    const request = { kind: "secret_import_copy", lines: ["Import API_KEY from /home/me/.env"] };
    const wait = await agent.backend.call(approvals.request, request);
    expect(wait.status).toBe("waiting_for_user");
    const id = "approvalId" in wait ? wait.approvalId : "";
    await decide(owner, (await owner.backend.call(approvals.get, { id })).approval);
    const other = { ...request, lines: ["Import API_KEY from /home/me/other.env"] };
    expect((await agent.backend.call(approvals.request, other)).status).toBe("waiting_for_user");
    expect(await agent.backend.call(approvals.request, request)).toEqual({ status: "approved" });
    expect((await agent.backend.call(approvals.request, request)).status).toBe("waiting_for_user");
  });
});
