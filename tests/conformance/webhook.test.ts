/** Alerts at the one address that a person set: signed, repeated until they arrive, and nowhere else. */
import { createHmac } from "node:crypto";
import type { MutationCtx } from "@moorage/convex/_generated/server";
import { raise, resolve } from "@moorage/convex/model/alerts";
import * as webhook from "@moorage/shared/contracts/webhook";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { type Network, openNetwork } from "../support/network.ts";

const ADDRESS = "https://hooks.example.com/marker-7f3";
let network: Network;
beforeAll(() => {
  network = openNetwork();
});
afterEach(() => network.hosts.clear());
afterAll(() => network.close());

const answer = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });
const broken = (): never => {
  throw new TypeError("fetch failed");
};

/** What the receiver gets; it answers so in turn, then 200. */
function receive(...answers: (() => Response)[]) {
  const got: { url: string; body: string; headers: Headers; redirect: RequestRedirect }[] = [];
  network.hosts.set("hooks.example.com", async (request) => {
    got.push({ url: request.url, body: await request.text(), headers: request.headers, redirect: request.redirect });
    return answers.shift()?.() ?? answer(200);
  });
  return got;
}

describe.each(HOSTS)("alerts at a webhook in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const about = "deployment:web";
  const inTenantOf = (
    who: Caller,
    write: (ctx: MutationCtx, subject: Parameters<typeof resolve>[1]) => Promise<void>,
  ) =>
    host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const key = await ctx.db
        .query("keys")
        .withIndex("by_keyId", (q) => q.eq("keyId", who.keyId))
        .unique();
      await write(ctx, { tenantId: key!.tenantId, kind: "server_health", about });
      return null;
    });
  const alert = async (who: Caller, message: string) => {
    await inTenantOf(who, (ctx, subject) => raise(ctx, { ...subject, message }));
    await host.engine.tick();
  };
  const deliveries = async ({ backend }: Caller) => (await backend.call(webhook.get, {})).deliveries;

  it("are told when they open, change and end, each once, signed with the key that was shown", async () => {
    const me = await host.admit();
    const got = receive();
    const { webhook: set, signingKey } = await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    expect(set).toMatchObject({ host: "hooks.example.com", form: "json" });
    await alert(me, "The server is degraded.");
    await alert(me, "The server is degraded.");
    await alert(me, "The server is unreachable.");
    await inTenantOf(me, (ctx, subject) => resolve(ctx, subject, "The server is healthy again."));
    await host.engine.tick();
    const told = got.map(({ body }) => JSON.parse(body) as { event: string; alert: { message: string } });
    expect(told.map(({ event, alert: { message } }) => [event, message])).toEqual([
      ["opened", "The server is degraded."],
      ["changed", "The server is unreachable."],
      ["resolved", "The server is healthy again."],
    ]);
    for (const { body, headers } of got) {
      const [, time, mac] = /^t=(\d+),v1=(\w+)$/.exec(headers.get("moorage-signature")!)!;
      expect(mac).toBe(createHmac("sha256", signingKey).update(`${time}.${body}`).digest("hex"));
    }
    expect((await deliveries(me)).map(({ state }) => state)).toEqual(["delivered", "delivered", "delivered"]);
  });

  it("are sent again until they arrive, and what came of it is on record", async () => {
    const me = await host.admit();
    const got = receive(broken, () => answer(503));
    await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    await alert(me, "The server is unreachable.");
    const [first] = await deliveries(me);
    expect(first).toMatchObject({ state: "waiting", tries: 1, problem: "No answer came." });
    expect(Date.parse(first!.nextTryAt!)).toBeGreaterThan(Date.now() + 20_000);
    await host.engine.action("webhook:deliver", { id: first!.id, tries: 1 });
    expect(await deliveries(me)).toMatchObject([{ state: "waiting", tries: 2, problem: "The receiver answered 503." }]);
    // A call that was scheduled before, and comes late, does nothing.
    await host.engine.action("webhook:deliver", { id: first!.id, tries: 1 });
    await host.engine.action("webhook:deliver", { id: first!.id, tries: 2 });
    expect(await deliveries(me)).toMatchObject([{ state: "delivered", tries: 3 }]);
    expect(new Set(got.map(({ headers }) => headers.get("moorage-delivery"))).size).toBe(1);
  });

  it("follow no redirect, and are not repeated to a receiver that is gone", async () => {
    const me = await host.admit();
    const elsewhere = { location: "https://169.254.169.254/latest/meta-data" };
    const got = receive(
      () => answer(302, elsewhere),
      () => answer(410),
    );
    await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    await alert(me, "one");
    await alert(me, "two");
    expect(await deliveries(me)).toMatchObject([
      { state: "failed", problem: "The receiver answered 410." },
      { state: "failed", problem: "The receiver sends us elsewhere; redirects are not followed." },
    ]);
    expect(got.map(({ redirect }) => redirect)).toEqual(["manual", "manual"]);
  });

  it("speak Slack's language and ntfy's, with nothing that Slack would take for a command", async () => {
    const me = await host.admit();
    const got: string[] = [];
    const note = async (request: Request) => {
      got.push(`${request.headers.get("title") ?? ""} ${await request.text()}`.trim());
      return answer(200);
    };
    network.hosts.set("hooks.slack.com", note).set("ntfy.sh", note);
    await me.backend.call(webhook.set, { url: "https://hooks.slack.com/services/T0/B0/x", form: "slack" });
    await alert(me, "<!channel> & all");
    await me.backend.call(webhook.set, { url: "https://ntfy.sh/harbour", form: "ntfy" });
    await alert(me, "The server is unreachable.");
    expect(got).toEqual([
      '{"text":"Moorage: error, server_health\\n&lt;!channel&gt; &amp; all"}',
      "Moorage: error, server_health The server is unreachable.",
    ]);
  });

  it("can be tried: a test says what came of it, and is not repeated", async () => {
    const me = await host.admit();
    receive(() => answer(500));
    await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    expect((await me.backend.call(webhook.test, {})).delivery).toMatchObject({ event: "test", state: "failed" });
    expect((await me.backend.call(webhook.test, {})).delivery).toMatchObject({ event: "test", state: "delivered" });
  });

  it("go nowhere once it is off, nor before it is set", async () => {
    const me = await host.admit();
    const got = receive();
    await alert(me, "before");
    await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    await me.backend.call(webhook.off, {});
    await alert(me, "after");
    expect(got).toEqual([]);
    await expect(me.backend.call(webhook.test, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(me.backend.call(webhook.off, {})).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    "http://example.com/hook",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://door.local/",
    "https://user:pass@example.com/",
    "https://example.com:22/",
  ])("are never sent to %s", async (url) => {
    const me = await host.admit();
    await expect(me.backend.call(webhook.set, { url, form: "json" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("an address that got past every check is still not called", async () => {
    const me = await host.admit();
    await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    await host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const row = (await ctx.db.query("webhooks").collect()).at(-1);
      await ctx.db.patch("webhooks", row!._id, { form: "slack" });
      return null;
    });
    await alert(me, "one");
    expect(await deliveries(me)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("may be sent to") },
    ]);
  });

  it("the address is in no answer and no row, and only a key that manages keys may set it", async () => {
    const me = await host.admit();
    receive();
    const set = await me.backend.call(webhook.set, { url: ADDRESS, form: "json" });
    await alert(me, "one");
    const rows = await host.engine.inline("query", async (ctx: MutationCtx) => [
      ...(await ctx.db.query("webhooks").collect()),
      ...(await ctx.db.query("deliveries").collect()),
      ...(await ctx.db.query("auditRecords").collect()),
      ...(await ctx.db.system.query("_scheduled_functions").collect()),
    ]);
    expect(JSON.stringify([set, rows, await me.backend.call(webhook.get, {})])).not.toContain("marker-7f3");
    const agent = await host.admit({ tenant: me.tenant, scopes: ["status:read", "status:write"] });
    const refused = { code: "missing_scope" };
    await expect(agent.backend.call(webhook.set, { url: ADDRESS, form: "json" })).rejects.toMatchObject(refused);
    await expect(agent.backend.call(webhook.off, {})).rejects.toMatchObject(refused);
  });
});
