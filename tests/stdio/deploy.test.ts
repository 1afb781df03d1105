/** A deployment from plan to end through the built server, which is killed after every step and started again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { embedded } from "../support/embedded.ts";
import { connectClient } from "./support/client.ts";
import { Mooring, operationOf } from "./support/mooring.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-deploy-"));
let entry: string;
beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("a deployment on the simulated provider", () => {
  it("comes up, changes, goes back and ends, although its server dies after every step", async () => {
    const mooring = new Mooring(embedded(entry, join(out, "life")));
    const plan = await mooring.call("deploy_plan", { name: "quay", provider: "simulated" });
    expect(plan).toMatchObject({
      simulated: true,
      lines: expect.arrayContaining([expect.stringContaining("Simulate")]),
    });
    await mooring.kill();
    const create = () => mooring.call("deploy_create", { planId: plan["planId"] });
    const asked = await create();
    expect(asked).toMatchObject({ status: "waiting_for_user", page: expect.any(String), command: expect.any(String) });
    await mooring.press(asked);
    await mooring.kill();
    const made = await mooring.followWithDeaths(operationOf(await create()));
    expect(made).toMatchObject({ outcome: "succeeded" });
    expect(await mooring.call("deploy_get", { deployment: "quay" })).toMatchObject({
      deployment: { status: "running", health: "healthy", simulated: true },
      access: [expect.stringContaining("Simulated")],
    });
    expect((await mooring.call("status_events", { deployment: "quay" }))["events"]).toContainEqual(
      expect.objectContaining({ kind: "health_healthy" }),
    );

    const changed = await mooring.call("deploy_update", {
      deployment: "quay",
      model: "openai/broken",
      reason: "to try it",
    });
    expect(await mooring.followWithDeaths(operationOf(changed))).toMatchObject({ outcome: "succeeded" });
    const back = await mooring.call("deploy_rollback", { deployment: "quay", reason: "it was worse" });
    expect(await mooring.followWithDeaths(operationOf(back))).toMatchObject({ outcome: "succeeded" });
    expect(await mooring.call("deploy_get", { deployment: "quay" })).toMatchObject({
      deployment: { generation: 3, appliedGeneration: 3 },
      history: [{ reason: "Back to generation 1: it was worse" }, { reason: "to try it" }, { generation: 1 }],
    });

    const destroy = () => mooring.call("deploy_destroy", { deployment: "quay", confirm: "quay" });
    await mooring.press(await destroy());
    await mooring.kill();
    expect(await mooring.followWithDeaths(operationOf(await destroy()))).toMatchObject({ outcome: "succeeded" });
    expect(await mooring.call("deploy_list")).toEqual({ deployments: [] });
    expect(await mooring.call("status_overview")).toMatchObject({ backend: "this machine", statuses: {}, cost: [] });
    await mooring.close();
  }, 400_000);

  it("that a person declines is never made", async () => {
    const mooring = new Mooring(embedded(entry, join(out, "declined")));
    const { planId } = await mooring.call("deploy_plan", { name: "quay", provider: "simulated" });
    await mooring.press(await mooring.call("deploy_create", { planId }), "decline");
    await expect(mooring.call("deploy_create", { planId })).rejects.toThrow("approval_declined");
    expect(await mooring.call("deploy_list", { all: true })).toEqual({ deployments: [] });
    await mooring.close();
  });
});

it("a client that asks to be told hears how far an operation has come", async () => {
  const { args, env } = embedded(entry, join(out, "progress"));
  const server = await connectClient(args[0]!, { ...env }, [], {
    modes: { form: {} },
    answer: () => ({ action: "accept", content: { approve: true } }),
  });
  const plan = await server.call("deploy_plan", { name: "quay", provider: "simulated" });
  const made = await server.call("deploy_create", { planId: plan.structuredContent["planId"] });
  const told: string[] = [];
  const operation = operationOf(made.structuredContent);
  const answer = await server.client.callTool(
    { name: "status_operation", arguments: { operation, waitSeconds: 45 } },
    undefined,
    { onprogress: ({ message }) => told.push(`${message}`), timeout: 60_000 },
  );
  // The SDK's client drops a notification that comes in one piece with the answer, so the last one may be missing.
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((message) => !message.startsWith("create: "))).toEqual([]);
  expect(answer.structuredContent).toMatchObject({ operation: { state: "done" } });
  await server.close();
}, 90_000);
