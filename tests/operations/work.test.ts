/** What each job does. */
import type { Id } from "@moorage/convex/_generated/dataModel";
import type { ActionCtx, MutationCtx } from "@moorage/convex/_generated/server";
import { openVault } from "@moorage/convex/model/crypto/vault";
import { placeOfCredential } from "@moorage/convex/model/deploy/connections";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import * as webhook from "@moorage/shared/contracts/webhook";
import type { JobName } from "@moorage/shared/jobs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { openNetwork } from "../support/network.ts";

const DAY = 24 * 60 * 60_000;

let host: Host;
let me: Caller;
let tenantId: Id<"tenants">;
beforeEach(async () => {
  host = await openInProcess();
  me = await host.admit();
  tenantId = await host.engine.inline("query", async (ctx: MutationCtx) => {
    const key = await ctx.db
      .query("keys")
      .withIndex("by_keyId", (q) => q.eq("keyId", me.keyId))
      .unique();
    return key!.tenantId;
  });
});
afterEach(() => host.close());

const write = <T>(change: (ctx: MutationCtx) => Promise<T>) => host.engine.inline("mutation", change);
const perform = async (job: JobName) => {
  await me.backend.call(jobs.start, { job });
  await host.engine.tick();
  const [run] = (await me.backend.call(jobs.runs, { job })).runs;
  expect(run).toMatchObject({ outcome: "ok" });
  return run!.summary;
};
const alerts = async () => (await me.backend.call(status.alerts, {})).alerts;
const count = (table: "events" | "alerts" | "deploymentVersions" | "instanceLogs") =>
  host.engine.inline("query", async (ctx: MutationCtx) => (await ctx.db.query(table).collect()).length);

const place = { provider: "simulated", region: "sim-1", size: "small", profile: "standard" } as const;
const deploy = (name: string, agent: string, instance: { lastSeenAt: number }, statusNow = "running" as const) =>
  write(async (ctx) => {
    const fields = { tenantId, name, ...place, agent, generation: 12, createdBy: "key" };
    const deploymentId = await ctx.db.insert("deployments", { ...fields, status: statusNow });
    await ctx.db.insert("instances", { tenantId, deploymentId, health: "healthy", healthSince: 0, ...instance });
    return deploymentId;
  });

describe("stale_servers", () => {
  /** Some shard of the door has just told of the servers it hears. */
  const listen = () =>
    write(async (ctx) => ctx.db.insert("presenceShards", { tenantId, shard: "other", at: Date.now() }));

  it("takes no silence for a sign while no door is open", async () => {
    await deploy("web", "cook", { lastSeenAt: Date.now() - 20 * 60_000 });
    expect(await perform("stale_servers")).toBe("Servers that nobody could hear, for no door is open: 1.");
    const instance = await host.engine.inline("query", (ctx: MutationCtx) => ctx.db.query("instances").first());
    expect(instance).toMatchObject({ health: "unknown" });
  });

  it("finds a server of which nothing was heard for a quarter of an hour", async () => {
    await listen();
    await deploy("web", "cook", { lastSeenAt: Date.now() - 20 * 60_000 });
    await deploy("shop", "cook", { lastSeenAt: Date.now() - 6 * 60_000 });
    expect(await perform("stale_servers")).toBe("Servers that have fallen silent: 1.");
    expect(await alerts()).toMatchObject([{ kind: "server_health", message: expect.stringContaining('"web"') }]);
    expect(await perform("stale_servers")).toBe("No server has fallen silent.");
  });

  it("says nothing of servers when it was its own process that slept", async () => {
    await deploy("web", "cook", { lastSeenAt: Date.now() - DAY });
    await write(async (ctx) => {
      const row = (await ctx.db.query("jobs").collect()).find(({ name }) => name === "stale_servers")!;
      await ctx.db.patch("jobs", row._id, { nextAt: Date.now() - DAY });
    });
    await host.engine.mutation("jobs:tick", {});
    await host.engine.tick();
    expect(await alerts()).toEqual([]);
    await listen();
    expect(await perform("stale_servers")).toBe("Servers that have fallen silent: 1.");
  });
});

describe("secret_rotation", () => {
  it("tells of a secret once its time has come, and is content when it has a new value", async () => {
    await me.backend.call(secrets.set, { name: "API_KEY", value: "one", rotateAfterDays: 30 });
    expect(await perform("secret_rotation")).toBe("No secret is due.");
    await write(async (ctx) => {
      const row = await ctx.db.query("secrets").first();
      await ctx.db.patch("secrets", row!._id, { rotateAfter: Date.parse("2026-01-01") });
    });
    await perform("secret_rotation");
    await perform("secret_rotation");
    expect(await alerts()).toMatchObject([
      {
        kind: "secret_rotation_due",
        about: "secret:API_KEY (default)",
        message: "The secret API_KEY (default) was to be rotated by 2026-01-01.",
        count: 2,
      },
    ]);
    await me.backend.call(secrets.set, { name: "API_KEY", value: "two", rotateAfterDays: 30 });
    await perform("secret_rotation");
    expect(await alerts()).toMatchObject([{ resolvedAt: expect.any(String) }]);
  });
});

describe("retention", () => {
  it("removes what is older than the policy keeps, and nothing else", async () => {
    const deploymentId = await deploy("web", "cook", { lastSeenAt: 0 });
    await write(async (ctx) => {
      const event = {
        tenantId,
        deploymentId,
        source: "moorage",
        severity: "info",
        kind: "note",
        message: "m",
      } as const;
      for (let i = 0; i < 250; i++) await ctx.db.insert("events", { ...event, at: 0 });
      await ctx.db.insert("instanceLogs", { tenantId, deploymentId, lines: ["a"], at: Date.now() - 8 * DAY });
      const image = { image: "i", secrets: [], urls: [], channels: [] };
      for (let generation = 1; generation <= 12; generation++) {
        const version = { tenantId, deploymentId, generation, configuration: image, changes: [], createdBy: "key" };
        await ctx.db.insert("deploymentVersions", version);
      }
      const alert = { tenantId, kind: "job_failing", message: "m", count: 1, lastAt: 0 } as const;
      await ctx.db.insert("alerts", { ...alert, about: "job:a" });
      await ctx.db.insert("alerts", { ...alert, about: "job:b", resolvedAt: 1 });
    });
    expect(await perform("retention")).toBe("Rows removed: 1.");
    expect([await count("events"), await count("instanceLogs")]).toEqual([250, 0]);
    // Everything was made just now: as if the policy began tomorrow.
    await write(async (ctx) => {
      await ctx.db.insert("recordRetentions", { tenantId, events: -1, configurations: -1, alerts: -1 });
    });
    await perform("retention");
    expect([await count("events"), await count("deploymentVersions"), await count("alerts")]).toEqual([0, 11, 1]);
    // What a server was in the end can be read for ever.
    await write((ctx) => ctx.db.patch("deployments", deploymentId, { endedAt: Date.now() }));
    await perform("retention");
    expect(await count("deploymentVersions")).toBe(1);
  });

  it("looks behind any number of rows that have to stay", async () => {
    await write(async (ctx) => {
      const alert = { tenantId, kind: "job_failing", message: "m", count: 1, lastAt: 0 } as const;
      for (let i = 0; i < 650; i++) await ctx.db.insert("alerts", { ...alert, about: `job:${i}` });
      await ctx.db.insert("alerts", { ...alert, about: "job:last", resolvedAt: 1 });
      await ctx.db.insert("recordRetentions", { tenantId, alerts: -1 });
    });
    expect(await perform("retention")).toBe("Rows removed: 1.");
    expect(await count("alerts")).toBe(650);
  });

  it("goes by what the tenant has set", async () => {
    expect(await me.backend.call(jobs.retention, {})).toMatchObject({ events: 90, logs: 7 });
    expect(await me.backend.call(jobs.setRetention, { events: 14 })).toMatchObject({ events: 14, logs: 7 });
    await me.backend.call(jobs.setRetention, { logs: 1 });
    expect(await me.backend.call(jobs.retention, {})).toMatchObject({ events: 14, logs: 1 });
    await expect(me.backend.call(jobs.setRetention, { events: 0 })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("daily_summary", () => {
  it("writes one entry into the log of each agent that has servers", async () => {
    expect(await perform("daily_summary")).toBe("There are no servers to tell of.");
    await deploy("web", "cook", { lastSeenAt: 0 });
    await deploy("shop", "cook", { lastSeenAt: 0 });
    await deploy("mail", "deckhand", { lastSeenAt: 0 });
    expect(await perform("daily_summary")).toBe("Logs that have the day's summary: 2.");
    const { entries } = await me.backend.call(memory.logRead, { agent: "cook" });
    expect(entries.map(({ content }) => content)).toEqual([
      [
        "Servers in the last 24 hours:",
        "- web (simulated): running, healthy; 0 events, 0 of them problems",
        "- shop (simulated): running, healthy; 0 events, 0 of them problems",
        "Open alerts: 0.",
      ].join("\n"),
    ]);
  });
});

describe("integration_checks", () => {
  it("finds a webhook that is not reached, once, and says when it is again", async () => {
    const network = openNetwork();
    await me.backend.call(webhook.set, { url: "https://hooks.example.com/x", form: "json" });
    await me.backend.call(webhook.test, {});
    expect(await perform("integration_checks")).toBe("Problems found: 1.");
    await perform("integration_checks");
    expect(await alerts()).toMatchObject([{ kind: "integration_failing", about: "integration:webhook", count: 2 }]);
    network.hosts.set("hooks.example.com", () => new Response(null, { status: 200 }));
    await me.backend.call(webhook.test, {});
    expect(await perform("integration_checks")).toBe("All is well.");
    network.close();
    expect(await alerts()).toMatchObject([{ resolvedAt: expect.any(String) }]);
  });

  it("finds that there are no keys", async () => {
    const bare = await openInProcess({ env: {} });
    const them = await bare.admit();
    await them.backend.call(jobs.start, { job: "integration_checks" });
    await bare.engine.tick();
    const [run] = (await them.backend.call(jobs.runs, { job: "integration_checks" })).runs;
    expect(run).toMatchObject({ outcome: "ok", summary: "Problems found: 2." });
    await bare.close();
  });
});

/** Hetzner as far as these jobs ask it: one page of servers, or a refusal. */
const play = (
  network: ReturnType<typeof openNetwork>,
  answer: { servers: object[] } | { status: number; code: string },
) =>
  network.hosts.set("api.hetzner.cloud", () => {
    if ("code" in answer)
      return Response.json({ error: { code: answer.code, message: "no" } }, { status: answer.status });
    return Response.json({ servers: answer.servers, meta: { pagination: { next_page: null } } });
  });

const connect = async () => {
  const sealed = await host.engine.inline("action", async (ctx: ActionCtx) => {
    const vault = await openVault(ctx, tenantId);
    return (await vault.seal(placeOfCredential("hetzner"), 1, "marker-7f3")).sealed;
  });
  const row = {
    tenantId,
    provider: "hetzner",
    version: 1,
    state: "connected",
    checkedAt: 0,
    connectedBy: "key",
  } as const;
  await write((ctx) => ctx.db.insert("connections", { ...row, sealed }));
};
const connection = () =>
  host.engine.inline("query", async (ctx: MutationCtx) => {
    const { state, problem } = (await ctx.db.query("connections").first())!;
    return { state, ...(problem === undefined ? {} : { problem }) };
  });

describe("provider_health", () => {
  it("finds a credential that is refused at once, and a provider that does not answer the second time", async () => {
    const network = openNetwork();
    expect(await perform("provider_health")).toBe("No provider is connected.");
    await connect();
    play(network, { servers: [] });
    expect(await perform("provider_health")).toBe("All connections work.");
    network.hosts.clear();
    await perform("provider_health");
    expect(await connection()).toEqual({ state: "connected", problem: "The provider did not answer." });
    expect(await alerts()).toEqual([]);
    await perform("provider_health");
    expect(await connection()).toMatchObject({ state: "failing" });
    play(network, { servers: [] });
    await perform("provider_health");
    expect(await connection()).toEqual({ state: "connected" });
    play(network, { status: 401, code: "unauthorized" });
    expect(await perform("provider_health")).toBe("hetzner: Hetzner refused the token.");
    expect(await connection()).toMatchObject({ state: "failing" });
    network.close();
    expect((await alerts()).map(({ kind, resolvedAt }) => [kind, resolvedAt !== undefined])).toEqual([
      ["provider_failing", false],
      ["provider_failing", true],
    ]);
  });
});

describe("orphan_sweep", () => {
  it("tells of servers that no deployment knows, by name, and deletes none", async () => {
    const network = openNetwork();
    await connect();
    const known = await write((ctx) =>
      ctx.db.insert("deployments", {
        ...{ tenantId, name: "web", ...place, provider: "hetzner", agent: "cook", generation: 1, createdBy: "key" },
        status: "running",
        serverId: "1",
      }),
    );
    const server = (id: number, deployment: string, created = "2026-01-01T00:00:00Z") => ({
      id,
      name: `agent-${id}`,
      status: "running",
      created,
      labels: { "moorage-owner": tenantId, "moorage-deployment": deployment, "moorage-attempt": "a" },
      public_net: { ipv4: null, ipv6: null },
    });
    const isNew = new Date().toISOString();
    play(network, { servers: [server(1, known), server(2, known), server(3, "gone"), server(4, known, isNew)] });
    expect(await perform("orphan_sweep")).toBe("Servers at hetzner without a deployment: 2.");
    expect(await alerts()).toMatchObject([
      {
        kind: "servers_orphaned",
        about: "provider:hetzner",
        message:
          "Servers at hetzner that belong to no deployment: agent-2 (2), agent-3 (3). They cost money until somebody removes them there.",
      },
    ]);
    play(network, { servers: [server(1, known)] });
    expect(await perform("orphan_sweep")).toBe("Every server belongs to a deployment.");
    expect(await alerts()).toMatchObject([{ resolvedAt: expect.any(String) }]);
    network.close();
  });

  it("says what it could not look at", async () => {
    const network = openNetwork();
    await connect();
    play(network, { status: 503, code: "service_error" });
    expect(await perform("orphan_sweep")).toContain("hetzner was not looked at");
    network.close();
    expect(await alerts()).toEqual([]);
  });
});
