/** The provider that exists nowhere: its adapter on the functions behind it, scenario by scenario. */
import { internal } from "@moorage/convex/_generated/api";
import type { Id } from "@moorage/convex/_generated/dataModel";
import type { MutationCtx } from "@moorage/convex/_generated/server";
import { simulated } from "@moorage/convex/model/providers/simulated";
import type { Outcome, Provider, ServerRequest } from "@moorage/convex/model/providers/types";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Host, openInProcess } from "../support/hosts.ts";

let host: Host;
let provider: Provider;
let tenantId: Id<"tenants">;
beforeEach(async () => {
  host = await openInProcess();
  const { engine } = host;
  tenantId = await engine.inline("mutation", (ctx: MutationCtx) => ctx.db.insert("tenants", { name: "harbour" }));
  provider = simulated(
    {
      runQuery: (ref, ...[args]) => engine.query(ref, args),
      runMutation: (ref, ...[args]) => engine.mutation(ref, args),
    },
    tenantId,
  );
});
afterEach(() => host.close());

const request = (region: string, attempt = "attempt1"): ServerRequest => ({
  name: `agent-${attempt}`,
  labels: { owner: tenantId, deployment: "deployment1", attempt },
  region,
  size: "small",
  userData: "",
});
const done = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome;
};
const create = async (region = "sim-1") => done(await provider.createServer(request(region))).server;
/** As if it had been there for a while. */
const later = (ms: number) =>
  host.engine.inline("mutation", async (ctx: MutationCtx) => {
    for (const row of await ctx.db.query("simulatedServers").collect()) {
      if (row.startedAt !== undefined)
        await ctx.db.patch("simulatedServers", row._id, { startedAt: row.startedAt - ms });
    }
  });
const progress = async (id: string) => done(await provider.progress(id, [])).state;

describe("a simulated server", () => {
  it("is one for each attempt, starts in a moment, and is gone when it is destroyed", async () => {
    const server = await create();
    expect(server).toMatchObject({ state: "starting", labels: { attempt: "attempt1" } });
    expect((await create()).id).toBe(server.id);
    // However long the test itself takes.
    await later(-60_000);
    expect(await progress(server.id)).toBe("running");
    await later(62_000);
    expect(await progress(server.id)).toBe("done");
    expect(done(await provider.list({ owner: tenantId })).servers).toHaveLength(1);
    expect(await provider.destroy(server.id)).toEqual({ ok: true });
    expect(await provider.destroy(server.id)).toEqual({ ok: true });
    expect(await progress(server.id)).toBe("gone");
    expect(done(await provider.findByLabel({ attempt: "attempt1" })).servers).toEqual([]);
  });

  it("is stopped and started", async () => {
    const { id } = await create();
    await provider.power(id, "stop");
    expect(done(await provider.getServer(id)).server?.state).toBe("off");
    await provider.power(id, "start");
    expect(await progress(id)).toBe("running");
  });

  it("takes no name that another has", async () => {
    await create();
    const other = { ...request("sim-1", "attempt2"), name: "agent-attempt1" };
    expect(await provider.createServer(other)).toMatchObject({ ok: false, class: "name_taken" });
  });

  it("of another tenant is none", async () => {
    const { id } = await create();
    const theirs = await host.engine.inline("mutation", (ctx: MutationCtx) =>
      ctx.db.insert("tenants", { name: "other" }),
    );
    expect(await host.engine.query("simulated:get", { tenantId: theirs, id, now: Date.now() })).toBeNull();
  });
});

describe("reports of a simulated server", () => {
  const fields = {
    name: "web",
    provider: "simulated",
    size: "small",
    profile: "standard",
    agent: "default",
    status: "creating",
    createdBy: "key",
  } as const;
  /** A deployment whose server is made and has run for a while. */
  const running = async (region: string, forMs: number) => {
    const deploymentId = await host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const id = await ctx.db.insert("deployments", { tenantId, ...fields, region, generation: 1 });
      await ctx.db.insert("instances", { tenantId, deploymentId: id, health: "unknown", healthSince: 0 });
      return id;
    });
    const asked = request(region);
    asked.labels.deployment = deploymentId;
    const { id } = done(await provider.createServer(asked)).server;
    await later(forMs);
    return { id, deploymentId };
  };
  /** What its scheduled function does when its time has come. */
  const report = (id: string) =>
    host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const row = await ctx.db.get("simulatedServers", id as Id<"simulatedServers">);
      await ctx.scheduler.runAfter(0, internal.simulated.report, { id: row!._id, startedAt: row!.startedAt! });
    });
  const instance = () => host.engine.inline("query", (ctx: MutationCtx) => ctx.db.query("instances").first());
  const heard = async (id: string) => {
    await report(id);
    await host.engine.tick();
    return instance();
  };

  it("enrol it, and say that it runs what is wanted", async () => {
    const { id, deploymentId } = await running("sim-1", 2_000);
    expect(await heard(id)).toMatchObject({ health: "healthy", appliedGeneration: 1, enrolledAt: expect.any(Number) });
    await host.engine.inline("mutation", (ctx: MutationCtx) =>
      ctx.db.patch("deployments", deploymentId, { generation: 2 }),
    );
    expect(await heard(id)).toMatchObject({ appliedGeneration: 2 });
  });

  it("refuse a change, where that is the scenario, and keep what ran before", async () => {
    const { id, deploymentId } = await running("sim-apply-fails", 2_000);
    await heard(id);
    await host.engine.inline("mutation", (ctx: MutationCtx) =>
      ctx.db.patch("deployments", deploymentId, { generation: 2 }),
    );
    expect(await heard(id)).toMatchObject({ health: "healthy", appliedGeneration: 1, refusedGeneration: 2 });
  });

  it("tell of an agent that stops answering", async () => {
    expect(await heard((await running("sim-degrades", 120_000)).id)).toMatchObject({ health: "degraded" });
  });

  it("never come, or stop", async () => {
    expect(await heard((await running("sim-never-reports", 120_000)).id)).not.toHaveProperty("lastSeenAt");
    await host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const row = await ctx.db.query("instances").first();
      await ctx.db.patch("instances", row!._id, { lastSeenAt: Date.now() - 10 * 60_000, health: "healthy" });
      const server = await ctx.db.query("simulatedServers").first();
      await ctx.db.patch("simulatedServers", server!._id, { region: "sim-goes-silent" });
    });
    const [server] = done(await provider.list({ owner: tenantId })).servers;
    expect(await heard(server!.id)).toMatchObject({ health: "unreachable" });
  });
});

describe("a scenario", () => {
  it.each([
    ["sim-quota", "quota"],
    ["sim-unavailable", "unavailable"],
    ["sim-credential", "auth"],
    ["nowhere", "rejected"],
  ])("%s makes no server: %s", async (region, means) => {
    expect(await provider.createServer(request(region))).toMatchObject({ ok: false, class: means });
    expect(done(await provider.list({ owner: tenantId })).servers).toEqual([]);
  });

  it("sim-busy turns two calls away, and makes one server", async () => {
    for (let call = 0; call < 2; call++) {
      expect(await provider.createServer(request("sim-busy"))).toMatchObject({ class: "retryable" });
      expect(done(await provider.findByLabel({ attempt: "attempt1" })).servers).toEqual([]);
    }
    await create("sim-busy");
    expect(done(await provider.list({ owner: tenantId })).servers).toHaveLength(1);
  });

  it("sim-lost-reply makes the server, and loses the answer", async () => {
    expect(await provider.createServer(request("sim-lost-reply"))).toMatchObject({ class: "unknown" });
    const [server] = done(await provider.findByLabel({ attempt: "attempt1" })).servers;
    expect((await create("sim-lost-reply")).id).toBe(server?.id);
  });

  it("sim-boot-fails fails, sim-boot-hangs never ends", async () => {
    expect(await progress((await create("sim-boot-fails")).id)).toBe("failed");
    const hanging = done(await provider.createServer(request("sim-boot-hangs", "attempt2"))).server;
    await later(60 * 60_000);
    expect(await progress(hanging.id)).toBe("running");
  });

  it("sim-destroy-busy is destroyed at the second call", async () => {
    const { id } = await create("sim-destroy-busy");
    expect(await provider.destroy(id)).toMatchObject({ ok: false, class: "retryable" });
    expect(await provider.destroy(id)).toEqual({ ok: true });
  });

  it("says in its name that it is simulated, and costs nothing", async () => {
    const { catalog } = done(await provider.catalog());
    expect(catalog.regions.every(({ name }) => name.startsWith("Simulated: "))).toBe(true);
    expect(catalog.sizes.flatMap(({ offers }) => offers).every(({ price }) => price.monthly === 0)).toBe(true);
  });
});
