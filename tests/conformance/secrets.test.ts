import * as approvals from "@moorage/shared/contracts/approvals";
import * as pages from "@moorage/shared/contracts/pages";
import * as secrets from "@moorage/shared/contracts/secrets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

const MARKER = "marker-7f3-value";

describe.each(HOSTS)("secrets in $name", ({ open }) => {
  let host: Host;
  let me: Caller;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const fresh = async () => {
    me = await host.admit();
    return me.backend;
  };

  it("are listed by what is known of them, never by their values", async () => {
    const backend = await fresh();
    const { secret, changed } = await backend.call(secrets.set, { name: "API_KEY", value: MARKER });
    expect(changed).toBe(true);
    expect(secret).toMatchObject({ name: "API_KEY", level: "default", version: 1, bytes: 16, source: "typed" });
    const answers = [
      await backend.call(secrets.list, {}),
      await backend.call(secrets.explain, {}),
      await backend.call(secrets.history, { name: "API_KEY" }),
    ];
    expect(JSON.stringify(answers)).toContain(secret.digest);
    expect(JSON.stringify(answers)).not.toContain(MARKER);
  });

  it("make a new version when the value changes, and none when it does not", async () => {
    const backend = await fresh();
    const first = await backend.call(secrets.set, { name: "TOKEN", value: "one" });
    const same = await backend.call(secrets.set, { name: "TOKEN", value: "one" });
    const second = await backend.call(secrets.set, { name: "TOKEN", value: "two" });
    expect([first.secret.version, same.changed, second.secret.version]).toEqual([1, false, 2]);
    const { versions } = await backend.call(secrets.history, { name: "TOKEN" });
    expect(versions.map(({ version, keptUntil }) => [version, keptUntil === undefined])).toEqual([
      [2, true],
      [1, false],
    ]);
    const past = await backend.call(secrets.reveal, { name: "TOKEN", level: "default", version: 1 });
    expect(past.value).toBe("one");
  });

  it("go back to an earlier value, which nobody sees, once however often it is asked", async () => {
    const backend = await fresh();
    for (const value of ["one", "two"]) await backend.call(secrets.set, { name: "TOKEN", agent: "cook", value });
    const asked = { name: "TOKEN", agent: "cook", version: 1, opId: crypto.randomUUID() };
    const back = await backend.call(secrets.restore, asked);
    expect(back.secret).toMatchObject({ name: "TOKEN", agent: "cook", version: 3, source: "copied" });
    expect((await backend.call(secrets.restore, asked)).secret.version).toBe(3);
    const { values } = await backend.call(secrets.resolve, { agent: "cook" });
    expect(values).toMatchObject([{ name: "TOKEN", value: "one" }]);
    await expect(
      backend.call(secrets.restore, { ...asked, version: 9, opId: crypto.randomUUID() }),
    ).rejects.toMatchObject({ code: "not_found", message: "This version of TOKEN is no longer kept." });
  });

  it("come back after they were deleted, while their versions are kept", async () => {
    const backend = await fresh();
    await backend.call(secrets.set, { name: "TOKEN", value: "one" });
    const waiting = await backend.call(secrets.delete, { name: "TOKEN" });
    if (waiting.status !== "waiting_for_user") throw new TypeError("this needs no approval");
    const { approval } = await backend.call(approvals.get, { id: waiting.approvalId });
    await backend.call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "approve" });
    await backend.call(secrets.delete, { name: "TOKEN" });
    expect((await backend.call(secrets.history, { name: "TOKEN" })).versions).toMatchObject([{ version: 1 }]);
    await backend.call(secrets.restore, { name: "TOKEN", version: 1 });
    expect((await backend.call(secrets.resolve, {})).values).toMatchObject([{ name: "TOKEN", value: "one" }]);
  });

  it("are compared with values that the caller has, none of them leaving", async () => {
    const backend = await fresh();
    const { secret } = await backend.call(secrets.set, { name: "API_KEY", agent: "cook", value: MARKER });
    const values = [
      { name: "API_KEY", agent: "cook", value: MARKER },
      { name: "API_KEY", agent: "cook", value: "another" },
      { name: "API_KEY", value: MARKER },
    ];
    const { compared } = await backend.call(secrets.compare, { secrets: values });
    expect(compared).toEqual([
      { digest: secret.digest, kept: "same", version: 1 },
      { digest: expect.not.stringContaining(secret.digest), kept: "other", version: 1 },
      { digest: secret.digest, kept: "none" },
    ]);
    const bound = await host.admit({ tenant: me.tenant, agent: "deckhand" });
    await expect(bound.backend.call(secrets.compare, { secrets: values.slice(0, 1) })).rejects.toMatchObject({
      code: "beyond_own_key",
    });
  });

  it("resolve to the nearest level: the agent's own, the shared default, the global one", async () => {
    const backend = await fresh();
    await backend.call(secrets.set, { name: "A", level: "global", value: "global" });
    await backend.call(secrets.set, { name: "B", level: "global", value: "global" });
    await backend.call(secrets.set, { name: "B", value: "default" });
    await backend.call(secrets.set, { name: "C", value: "default" });
    await backend.call(secrets.set, { name: "C", agent: "deckhand", value: "own" });
    await backend.call(secrets.set, { name: "D", agent: "cook", value: "another's" });
    const { agent, values, missing } = await backend.call(secrets.resolve, { agent: "deckhand" });
    expect([agent, missing]).toEqual(["deckhand", []]);
    expect(Object.fromEntries(values.map(({ name, value }) => [name, value]))).toEqual({
      A: "global",
      B: "default",
      C: "own",
    });
    const named = await backend.call(secrets.resolve, { agent: "deckhand", names: ["C", "D", "E"] });
    expect(named.values.map(({ value }) => value)).toEqual(["own"]);
    expect(named.missing).toEqual(["D", "E"]);
    const explained = await backend.call(secrets.explain, { agent: "deckhand" });
    expect(
      explained.secrets.map(({ name, resolved, shadowed, unused }) => [name, resolved?.level, shadowed.length, unused]),
    ).toEqual([
      ["A", "global", 0, false],
      ["B", "default", 1, false],
      ["C", "agent", 1, false],
      ["D", undefined, 0, true],
    ]);
    expect(explained.secrets[3]!.why).toContain("other agents have it");
  });

  it("keep any value to the byte, up to 64 kB", async () => {
    const backend = await fresh();
    const value = `-----BEGIN KEY-----\n"ümläut" 🔐 $HOME \\ \t\r\n${"x".repeat(60_000)}\n`;
    await backend.call(secrets.set, { name: "PEM", value });
    expect((await backend.call(secrets.reveal, { name: "PEM" })).value).toBe(value);
    await expect(backend.call(secrets.set, { name: "PEM", value: "x".repeat(65_537) })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  it("are made by the backend, of the asked length and letters, and made anew by rotation", async () => {
    const backend = await fresh();
    await backend.call(secrets.generate, { name: "MADE", length: 20, alphabet: "hex" });
    const before = (await backend.call(secrets.reveal, { name: "MADE" })).value;
    expect(before).toMatch(/^[0-9a-f]{20}$/);
    expect(await backend.call(secrets.rotate, { name: "MADE" })).toMatchObject({
      status: "done",
      secret: { version: 2 },
    });
    const after = (await backend.call(secrets.reveal, { name: "MADE" })).value;
    expect(after).toMatch(/^[0-9a-f]{20}$/);
    expect(after).not.toBe(before);
    await backend.call(secrets.set, { name: "TYPED", value: "typed" });
    expect(await backend.call(secrets.rotate, { name: "TYPED" })).toMatchObject({ status: "value_needed" });
  });

  it.each(["MOORAGE_API_KEY", "CONVEX_DEPLOY_KEY", "moorage_api_key", "1ST", "A B", ""])(
    "are not called %j",
    async (name) => {
      const backend = await fresh();
      await expect(backend.call(secrets.set, { name, value: "x" })).rejects.toMatchObject({ code: "invalid_input" });
    },
  );

  it("reach an agent from a shared level at once, and a shared level from an agent only with approval", async () => {
    const backend = await fresh();
    await backend.call(secrets.set, { name: "SHARED", value: "s" });
    const narrow = await backend.call(secrets.copy, { name: "SHARED", toAgent: "cook" });
    expect(narrow).toMatchObject({ status: "done", secret: { level: "agent", agent: "cook", source: "copied" } });
    await backend.call(secrets.set, { name: "OWN", agent: "cook", value: "o" });
    const copy = { name: "OWN", agent: "cook", toLevel: "default" as const };
    const wait = await backend.call(secrets.copy, copy);
    expect(wait.status).toBe("waiting_for_user");
    expect((await backend.call(secrets.resolve, { names: ["OWN"] })).missing).toEqual(["OWN"]);
    await approve(me, wait);
    expect(await backend.call(secrets.copy, copy)).toMatchObject({ status: "done", secret: { level: "default" } });
    expect((await backend.call(secrets.resolve, { names: ["OWN"] })).values[0]!.value).toBe("o");
  });

  it("are deleted with approval, after a look at who uses them", async () => {
    const backend = await fresh();
    await backend.call(secrets.set, { name: "OLD", value: "o" });
    await backend.call(secrets.resolve, { agent: "cook" });
    const look = await backend.call(secrets.delete, { name: "OLD", dryRun: true });
    expect(look).toMatchObject({ status: "dry_run", resolvedBy: [{ agent: "cook" }] });
    const wait = await backend.call(secrets.delete, { name: "OLD" });
    const { approval } = await backend.call(approvals.get, { id: (wait as { approvalId: string }).approvalId });
    expect(approval.lines.join(" ")).toContain("cook");
    await approve(me, wait);
    expect(await backend.call(secrets.delete, { name: "OLD" })).toEqual({ status: "deleted" });
    expect((await backend.call(secrets.list, {})).secrets).toEqual([]);
    expect((await backend.call(secrets.resolve, {})).values).toEqual([]);
    const again = await backend.call(secrets.set, { name: "OLD", value: "n" });
    expect(again.secret.version).toBe(2);
  });

  it("come page by page, in the order of their names", async () => {
    const backend = await fresh();
    const names = ["A", "B", "C", "D", "E"];
    for (const name of names) await backend.call(secrets.set, { name, value: name });
    const seen: string[] = [];
    const exported: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await backend.call(secrets.list, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.secrets.map(({ name }) => name));
      if (page.cursor === undefined) break;
      cursor = page.cursor;
    }
    exported.push(...(await backend.call(secrets.export, {})).values.map(({ value }) => value));
    expect([seen, exported]).toEqual([names, names]);
  });

  it("of a key that is bound to an agent are that agent's alone to change", async () => {
    const { tenant, backend } = await host.admit();
    const bound = await host.admit({ tenant, agent: "cook" });
    await backend.call(secrets.set, { name: "SHARED", value: "s" });
    await backend.call(secrets.set, { name: "OTHERS", agent: "deckhand", value: "d" });
    await expect(
      bound.backend.call(secrets.set, { name: "SHARED", level: "default", value: "x" }),
    ).rejects.toMatchObject({
      code: "beyond_own_key",
    });
    const own = await bound.backend.call(secrets.set, { name: "MINE", agent: "deckhand", value: "m" });
    expect(own.secret).toMatchObject({ level: "agent", agent: "cook" });
    const { values } = await bound.backend.call(secrets.resolve, { agent: "deckhand" });
    expect(values.map(({ name }) => name).sort()).toEqual(["MINE", "SHARED"]);
    expect(JSON.stringify(await bound.backend.call(secrets.list, {}))).not.toContain("OTHERS");
    const { values: exported } = await bound.backend.call(secrets.export, {});
    expect(exported.map(({ name }) => name)).not.toContain("OTHERS");
  });

  it("are shown to one key only so often, and to another all the same", async () => {
    const backend = await fresh();
    await backend.call(secrets.set, { name: "API_KEY", value: MARKER });
    const looks = Array.from({ length: 100 }, () => backend.call(secrets.reveal, { name: "API_KEY" }));
    const refused = (await Promise.allSettled(looks)).flatMap((look) =>
      look.status === "rejected" ? look.reason : [],
    );
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length).toBeLessThanOrEqual(40);
    for (const error of refused)
      expect(error).toMatchObject({ code: "rate_limited", hint: expect.stringMatching(/^Wait \d+ seconds/) });
    const { backend: another } = await host.admit({ tenant: me.tenant });
    expect((await another.call(secrets.reveal, { name: "API_KEY" })).value).toBe(MARKER);
  });

  it("are typed by a person into a page that works once", async () => {
    const backend = await fresh();
    const { token } = await backend.call(secrets.request, { name: "TYPED", agent: "cook" });
    const page = host.as(token);
    expect(await page.backend.call(pages.secret, {})).toMatchObject({ name: "TYPED", level: "agent", agent: "cook" });
    expect(await page.backend.call(pages.submitSecret, { value: "by hand" })).toEqual({ name: "TYPED", version: 1 });
    await expect(page.backend.call(pages.submitSecret, { value: "again" })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect((await backend.call(secrets.resolve, { agent: "cook" })).values[0]!.value).toBe("by hand");
  });
});

/** As the key that asked may, under the policy `client`. */
async function approve({ backend }: Caller, wait: object) {
  const id = "approvalId" in wait ? String(wait.approvalId) : "";
  const { approval } = await backend.call(approvals.get, { id });
  await backend.call(approvals.decide, { id, digest: approval.digest, decision: "approve" });
}
