/** At three in the morning, when nobody types: what broke is found, taken back where it was a change, and told once. */
import type { MutationCtx } from "@moorage/convex/_generated/server";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as status from "@moorage/shared/contracts/status";
import * as webhook from "@moorage/shared/contracts/webhook";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Harbour, openHarbour } from "../deploy/harbour.ts";
import { type Network, openNetwork } from "../support/network.ts";

let harbour: Harbour;
let network: Network;
let told: string[];
beforeEach(async () => {
  told = [];
  network = openNetwork();
  network.hosts.set("hooks.example.com", async (request) => {
    const { event, alert } = JSON.parse(await request.text()) as { event: string; alert: { message: string } };
    told.push(`${event}: ${alert.message.replaceAll(/ since 20\S+?Z/g, "")}`);
    return new Response(null, { status: 200 });
  });
  harbour = await openHarbour();
  await harbour.me.backend.call(webhook.set, { url: "https://hooks.example.com/x", form: "json" });
});
afterEach(async () => {
  await harbour.close();
  network.close();
});

/** A server that has come up, in a scenario. */
const sail = async (region: string) => {
  await harbour.create("quay", { region });
  await harbour.pass(20);
  expect(await harbour.get("quay")).toMatchObject({ status: "running", health: "healthy" });
};

it("an agent that stops answering is one message", async () => {
  await sail("sim-degrades");
  await harbour.pass(5 * 60);
  expect(told).toEqual(['opened: The server "quay" (simulated) is degraded: the gateway does not answer.']);
  expect(await harbour.get("quay")).toMatchObject({ health: "degraded", healthReason: "the gateway does not answer" });
});

it("a server that falls silent is told when it is late, and once more when it is gone", async () => {
  await sail("sim-goes-silent");
  await harbour.pass(10 * 60);
  expect(told).toEqual([
    'opened: The server "quay" (simulated) is degraded: silent.',
    'changed: The server "quay" (simulated) is unreachable: silent.',
  ]);
  await harbour.approved(() => harbour.me.backend.call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
  await harbour.pass(60);
  expect((await harbour.me.backend.call(status.alerts, {})).alerts).toMatchObject([
    { kind: "server_health", resolvedAt: expect.any(String) },
  ]);
  expect(await harbour.me.backend.call(status.overview, {})).toMatchObject({ openAlerts: 0 });
});

it("a server that does not come back when it is started is told, however long it had been silent", async () => {
  await sail("sim-1");
  await harbour.me.backend.call(deploy.control, { deployment: "quay", action: "stop" });
  await harbour.pass(20);
  await harbour.host.engine.inline("mutation", async (ctx: MutationCtx) => {
    for (const { _id } of await ctx.db.query("instances").collect())
      await ctx.db.patch("instances", _id, { health: "unreachable" });
    for (const { _id } of await ctx.db.query("simulatedServers").collect())
      await ctx.db.patch("simulatedServers", _id, { region: "sim-never-reports" });
    return null;
  });
  await harbour.me.backend.call(deploy.control, { deployment: "quay", action: "start" });
  await harbour.pass(12 * 60);
  expect(told).toEqual([
    'opened: The server "quay" (simulated) is unreachable: it has not reported in since it was switched on.',
  ]);
});

it("a change that a server cannot run is taken back, and told", async () => {
  await sail("sim-apply-fails");
  await harbour.me.backend.call(deploy.update, { deployment: "quay", model: "openai/broken" });
  await harbour.pass(5 * 60);
  const quay = await harbour.get("quay");
  expect(quay).toMatchObject({ status: "running", health: "healthy", appliedGeneration: 3 });
  expect(quay.problem).toBeUndefined();
  expect(await harbour.me.backend.call(status.overview, {})).toMatchObject({ attention: [], openAlerts: 0 });
  expect((await harbour.me.backend.call(status.alerts, {})).alerts).toMatchObject([
    {
      message: expect.stringContaining('"quay" (simulated) is well again with what it ran before.'),
      resolvedAt: expect.any(String),
    },
  ]);
  expect(told).toEqual([expect.stringMatching(/^opened: "quay" \(simulated\): apply failed\. /)]);
});

it("a creation that fails is told", async () => {
  await harbour.create("quay", { region: "sim-boot-fails" });
  await harbour.pass(60);
  expect(told).toEqual([expect.stringMatching(/^opened: "quay" \(simulated\): create failed\. /)]);
});
