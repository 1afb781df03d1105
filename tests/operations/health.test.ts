/** Who hears of a server's health, and when: once it has settled, once, and of one that never settles once as well. */
import type { Id } from "@moorage/convex/_generated/dataModel";
import type { MutationCtx } from "@moorage/convex/_generated/server";
import { become } from "@moorage/convex/model/server/heard";
import * as status from "@moorage/shared/contracts/status";
import type { Health } from "@moorage/shared/deployment";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

const MINUTE = 60_000;

let host: Host;
let me: Caller;
let instanceId: Id<"instances">;
beforeEach(async () => {
  host = await openInProcess();
  me = await host.admit();
  instanceId = await host.engine.inline("mutation", async (ctx: MutationCtx) => {
    const key = await ctx.db
      .query("keys")
      .withIndex("by_keyId", (q) => q.eq("keyId", me.keyId))
      .unique();
    const { tenantId } = key!;
    const place = { provider: "simulated", region: "sim-1", size: "small", profile: "standard" } as const;
    const deployment = { tenantId, name: "web", ...place, agent: "default", generation: 1, createdBy: me.keyId };
    const deploymentId = await ctx.db.insert("deployments", { ...deployment, status: "running" });
    return ctx.db.insert("instances", { tenantId, deploymentId, health: "healthy", healthSince: 0 });
  });
});
afterEach(() => host.close());

const turn = (health: Health) =>
  host.engine.inline("mutation", async (ctx: MutationCtx) => {
    await become(ctx, (await ctx.db.get("instances", instanceId))!, health, "the test says so");
    return null;
  });

/** Everything is as it was, but so much longer ago; then whatever was scheduled looks. */
const pass = async (ms: number) => {
  await host.engine.inline("mutation", async (ctx: MutationCtx) => {
    const instance = (await ctx.db.get("instances", instanceId))!;
    await ctx.db.patch("instances", instanceId, { healthSince: instance.healthSince - ms });
    for (const { _id, unsettledAt } of await ctx.db.query("healthWatches").collect()) {
      if (unsettledAt !== undefined) await ctx.db.patch("healthWatches", _id, { unsettledAt: unsettledAt - ms });
    }
    return null;
  });
  await host.engine.mutation("health:settle", { instanceId });
};
const alerts = async () =>
  (await me.backend.call(status.alerts, { all: true })).alerts.map(({ message, severity, resolvedAt, count }) => ({
    message: message.replace(/ since .*/, ""),
    severity,
    isOver: resolvedAt !== undefined,
    count,
  }));

const degraded = { message: 'The server "web" (simulated) is degraded', severity: "warning", isOver: false, count: 1 };
const unreachable = {
  message: 'The server "web" (simulated) is unreachable',
  severity: "error",
  isOver: false,
  count: 1,
};

describe("a server's health", () => {
  it("is told when it has been degraded for a minute, and when it has been well again for three", async () => {
    await turn("degraded");
    await pass(30_000);
    expect(await alerts()).toEqual([]);
    await pass(MINUTE);
    expect(await alerts()).toEqual([degraded]);
    await turn("healthy");
    await pass(MINUTE);
    expect(await alerts()).toEqual([degraded]);
    await pass(3 * MINUTE);
    expect(await alerts()).toEqual([
      { ...degraded, message: 'The server "web" (simulated) is healthy again.', isOver: true },
    ]);
  });

  it("that comes back within the minute is told to nobody", async () => {
    await turn("degraded");
    await pass(10_000);
    await turn("healthy");
    await pass(5 * MINUTE);
    expect(await alerts()).toEqual([]);
  });

  it("gets worse in the same alert", async () => {
    await turn("degraded");
    await pass(2 * MINUTE);
    await turn("unreachable");
    await host.engine.tick();
    expect(await alerts()).toEqual([{ ...unreachable, count: 2 }]);
  });

  it("is told at once when it is unreachable, which took minutes of silence", async () => {
    await turn("unreachable");
    await host.engine.tick();
    expect(await alerts()).toEqual([unreachable]);
  });

  it("that never settles is one message, and then quiet until it has been calm", async () => {
    for (let i = 0; i < 20; i++) {
      await turn(i % 2 === 0 ? "degraded" : "healthy");
      await pass(50_000);
    }
    const [told, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      message: 'The server "web" (simulated) keeps changing between well and not.',
      count: 1,
    });
    await turn("degraded");
    await turn("healthy");
    await pass(10 * MINUTE);
    expect(await alerts()).toEqual([told]);
    await pass(16 * MINUTE);
    expect(await alerts()).toMatchObject([{ message: 'The server "web" (simulated) is healthy again.', isOver: true }]);
  });

  it("that nobody knows says nothing: the door was away, not the server", async () => {
    await turn("unknown");
    await pass(60 * MINUTE);
    expect(await alerts()).toEqual([]);
  });

  it("of a server that is to be gone is no news, and ends what was told", async () => {
    await turn("unreachable");
    await host.engine.tick();
    await host.engine.inline("mutation", async (ctx: MutationCtx) => {
      const deployment = await ctx.db.query("deployments").first();
      await ctx.db.patch("deployments", deployment!._id, { status: "destroying" });
      return null;
    });
    await pass(MINUTE);
    expect(await alerts()).toMatchObject([{ message: "The server is not to run any more.", isOver: true }]);
    await turn("degraded");
    await pass(5 * MINUTE);
    expect(await alerts()).toHaveLength(1);
  });
});
