/** Operations on the scheduler, at the simulated provider: what a person asked for is what there is in the end. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deploy from "@moorage/shared/contracts/deploy";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

let host: Host;
let me: Caller;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  host = await openInProcess({ modules: tamperable, crons: false });
  me = await host.admit();
});
afterEach(async () => {
  await host.close();
  vi.useRealTimers();
});

async function approve(id: string) {
  const { approval } = await me.backend.call(approvals.get, { id });
  await me.backend.call(approvals.decide, { id, digest: approval.digest, decision: "approve" });
}

async function create(region = "sim-1", name = "quay") {
  const { planId } = await me.backend.call(deploy.plan, { name, provider: "simulated", region });
  const wait = await me.backend.call(deploy.create, { planId });
  if (wait.status !== "waiting_for_user") throw new Error("asked nobody");
  await approve(wait.approvalId);
  const made = await me.backend.call(deploy.create, { planId });
  if (made.status !== "started") throw new Error("did not start");
  return made;
}

/** Lets so much time go by, and everything happen that is due in it. */
async function pass(seconds: number) {
  for (let second = 0; second < seconds; second++) {
    vi.advanceTimersByTime(1_000);
    await host.engine.scheduler.idle();
  }
}
const get = async (name = "quay") => (await me.backend.call(deploy.get, { deployment: name })).deployment;

it("a plan that a person approved becomes a server that waits to report in", async () => {
  const { deployment, operation } = await create();
  expect(deployment).toMatchObject({ name: "quay", simulated: true, status: "creating", operation: operation.id });
  await pass(20);
  expect(await get()).toMatchObject({ status: "running", health: "healthy", appliedGeneration: 1 });
});
