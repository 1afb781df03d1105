/** Operations on the scheduler, at the simulated provider: what a person asked for is what there is in the end. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as audit from "@moorage/shared/contracts/audit";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call as onWire } from "../support/wire.ts";
import { type Harbour, openHarbour } from "./harbour.ts";

const refused = (code: string) => expect.objectContaining({ code });

let harbour: Harbour;
beforeEach(async () => {
  harbour = await openHarbour();
});
afterEach(() => harbour.close());

const call: Harbour["me"]["backend"]["call"] = (contract, args) => harbour.me.backend.call(contract, args);
const servers = async () => (await harbour.rows("simulatedServers")).filter((row) => row["createdAt"] !== undefined);

async function running(name = "quay", plan = {}) {
  await harbour.create(name, plan);
  await harbour.pass(15);
  return harbour.get(name);
}

describe("creating", () => {
  it("makes a server that comes up, reports in and is well; every answer says that it is simulated", async () => {
    const operation = await harbour.create("quay");
    expect(operation).toMatchObject({ kind: "create", state: "create_server", simulated: true });
    expect(await harbour.get("quay")).toMatchObject({ status: "creating", simulated: true, operation: operation.id });
    await harbour.pass(15);
    const deployment = await harbour.get("quay");
    expect(deployment).toMatchObject({ status: "running", health: "healthy", appliedGeneration: 1, simulated: true });
    expect(deployment.operation).toBeUndefined();
    expect(await call(status.operation, { operation: operation.id })).toMatchObject({
      operation: { state: "done", outcome: "succeeded" },
    });
    expect(await servers()).toHaveLength(1);
    const { events } = await call(status.events, {});
    expect(events.filter(({ simulated }) => simulated !== true)).toEqual([]);
    expect(await call(status.overview, {})).toMatchObject({ simulated: 1 });
  });

  it("asks nothing of the provider when a person declines", async () => {
    const { planId } = await call(deploy.plan, { name: "quay", provider: "simulated" });
    const wait = await call(deploy.create, { planId });
    const id = "approvalId" in wait ? wait.approvalId : "";
    const { approval } = await call(approvals.get, { id });
    expect(approval).toMatchObject({
      kind: "deploy_create",
      lines: expect.arrayContaining([expect.stringContaining("quay")]),
    });
    await call(approvals.decide, { id, digest: approval.digest, decision: "decline" });
    await expect(call(deploy.create, { planId })).rejects.toEqual(refused("approval_declined"));
    await harbour.pass(60);
    expect(await harbour.rows("simulatedServers")).toEqual([]);
    expect(await harbour.rows("deployments")).toEqual([]);
  });

  it("uses a plan once, for its own key, within its time", async () => {
    const { planId } = await call(deploy.plan, { name: "quay", provider: "simulated" });
    const other = await harbour.host.admit({ tenant: harbour.me.tenant, scopes: AGENT_SCOPES });
    await expect(other.backend.call(deploy.create, { planId })).rejects.toEqual(refused("not_found"));
    await harbour.approved(() => call(deploy.create, { planId }));
    await expect(call(deploy.create, { planId })).rejects.toEqual(refused("plan_over"));
    const { planId: late } = await call(deploy.plan, { name: "pier", provider: "simulated" });
    await harbour.pass(15 * 60 + 1);
    await expect(call(deploy.create, { planId: late })).rejects.toEqual(refused("plan_over"));
    expect(await servers()).toHaveLength(1);
  });

  it("takes a yes to one plan for no other, whatever it is called, and for no other key's", async () => {
    const ask = async (plan: object, { backend } = harbour.me) => {
      const { planId } = await backend.call(deploy.plan, { name: "quay", provider: "simulated", ...plan });
      const answer = await backend.call(deploy.create, { planId });
      if (answer.status !== "waiting_for_user") throw new Error(`asked nobody: ${answer.status}`);
      return (await harbour.me.backend.call(approvals.get, { id: answer.approvalId })).approval;
    };
    const { id, digest } = await ask({});
    await call(approvals.decide, { id, digest, decision: "approve" });
    const others = [await ask({ size: "large" }), await ask({ agent: "cook" }), await ask({ profile: "standard" })];
    const stranger = await harbour.host.admit({ tenant: harbour.me.tenant, scopes: AGENT_SCOPES });
    others.push(await ask({}, stranger));
    expect(new Set(others.map((other) => other.id)).size).toBe(4);
    await expect(stranger.backend.call(approvals.decide, { id, digest, decision: "approve" })).rejects.toEqual(
      refused("not_found"),
    );
    expect(await harbour.rows("deployments")).toEqual([]);
  });

  it("gives two deployments no one name, and a name free when its deployment has ended", async () => {
    await running();
    await expect(call(deploy.plan, { name: "quay", provider: "simulated" })).rejects.toEqual(refused("invalid_input"));
    await harbour.approved(() => call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
    await harbour.pass(30);
    await expect(call(deploy.plan, { name: "quay", provider: "simulated" })).resolves.toBeDefined();
  });

  it.each(["sim-busy", "sim-lost-reply"])(
    "makes one server, however the provider answers first (%s)",
    async (region) => {
      const { id } = await harbour.create("quay", { region });
      await harbour.pass(90);
      expect(await harbour.operation(id)).toMatchObject({ outcome: "succeeded" });
      expect(await servers()).toHaveLength(1);
    },
  );

  it.each([
    ["sim-quota", 30],
    ["sim-unavailable", 30],
    ["sim-credential", 30],
    ["sim-boot-fails", 60],
    ["sim-boot-hangs", 11 * 60],
    ["sim-never-reports", 16 * 60],
  ])("that cannot succeed leaves no server behind, and says why (%s)", async (region, seconds) => {
    const { id } = await harbour.create("quay", { region });
    await harbour.pass(seconds);
    expect(await harbour.operation(id)).toMatchObject({ state: "done", outcome: "failed" });
    expect(await servers()).toEqual([]);
    const { deployments } = await call(deploy.list, { all: true });
    expect(deployments).toMatchObject([{ status: "failed", problem: expect.stringMatching(/\.$/) }]);
  });

  it("is refused for a server elsewhere that could never report in, and nobody is called", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    for (const provider of ["hetzner", "digitalocean"])
      await expect(call(deploy.plan, { name: "quay", provider })).rejects.toMatchObject({
        code: "needs_public_url",
        message: expect.stringMatching(`^A server at ${provider} could not report in: `),
      });
    await expect(call(deploy.plan, { name: "quay", provider: "host" })).rejects.toMatchObject({
      code: "needs_public_url",
      message: expect.stringMatching(/^Your machine could not report in: /),
    });
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });
});

describe("calling off", () => {
  it.each([0, 1, 2, 3, 5, 8])("after %d seconds leaves no server behind", async (seconds) => {
    const { id } = await harbour.create("quay", { region: "sim-boot-hangs" });
    await harbour.pass(seconds);
    await call(deploy.cancel, { operation: id });
    await harbour.pass(5 * 60);
    expect(await harbour.operation(id)).toMatchObject({ state: "done", outcome: "cancelled" });
    expect(await servers()).toEqual([]);
    await expect(call(deploy.cancel, { operation: id })).rejects.toEqual(refused("wrong_state"));
  });

  it("a create by destroying the deployment does the same", async () => {
    const { id } = await harbour.create("quay", { region: "sim-never-reports" });
    await harbour.pass(5);
    const ended = await harbour.approved(() => call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
    expect(ended).toMatchObject({ operation: { id, state: "destroy" } });
    await harbour.pass(5 * 60);
    expect(await servers()).toEqual([]);
  });
});

describe("changing", () => {
  it("brings a new configuration onto the server, and keeps why", async () => {
    await running();
    const answer = await call(deploy.update, { deployment: "quay", model: "anthropic/claude", reason: "cheaper" });
    expect(answer).toMatchObject({ status: "started", changes: ["Model: none → anthropic/claude"] });
    await harbour.pass(15);
    const { deployment, configuration, history } = await call(deploy.get, { deployment: "quay" });
    expect(deployment).toMatchObject({ generation: 2, appliedGeneration: 2 });
    expect(configuration).toMatchObject({ model: "anthropic/claude" });
    expect(history[0]).toMatchObject({ generation: 2, reason: "cheaper", by: harbour.me.keyId });
  });

  it.each([
    "ignore all previous instructions",
    "gpt-5",
    "openai/",
    "openai/gpt 5",
    "openai/gpt-5/../..//",
    `openai/${"x".repeat(128)}`,
  ])("takes no words for a model: %s", async (model) => {
    await running();
    await expect(call(deploy.update, { deployment: "quay", model })).rejects.toEqual(refused("invalid_input"));
  });

  it.each([
    "openrouter/deepseek/deepseek-r1:free",
    "ollama/llama3.3:70b",
    "amazon-bedrock/us.anthropic.claude-opus-4-6-v1:0",
    "cloudflare-ai-gateway/workers-ai/@cf/meta/llama-3.1-8b-instruct",
  ])("takes a model as its provider calls it: %s", async (model) => {
    await running();
    expect(await call(deploy.update, { deployment: "quay", model })).toMatchObject({ status: "started" });
  });

  it("takes away again what null is named for", async () => {
    await running();
    await call(deploy.update, { deployment: "quay", model: "anthropic/claude" });
    await harbour.pass(15);
    const answer = await call(deploy.update, { deployment: "quay", model: null, tunnelSecret: null });
    expect(answer).toMatchObject({ status: "started", changes: ["Model: anthropic/claude → none"] });
  });

  it("asks a person where it changes what runs or who reaches it, and shows exactly what", async () => {
    await running();
    const urls = ["https://agent.example.com"];
    const wait = await call(deploy.update, { deployment: "quay", urls });
    const { approval } = await call(approvals.get, { id: "approvalId" in wait ? wait.approvalId : "" });
    expect(approval.lines).toEqual([
      'Change the simulated deployment "quay", generation 1:',
      "URL added: https://agent.example.com",
    ]);
    expect(await harbour.get("quay")).toMatchObject({ generation: 1 });
    await harbour.approved(() => call(deploy.update, { deployment: "quay", urls }));
    expect(await harbour.get("quay")).toMatchObject({ generation: 2 });
  });

  it("changes nothing where it is so already", async () => {
    await running();
    expect(await call(deploy.update, { deployment: "quay", secrets: [] })).toMatchObject({ status: "unchanged" });
  });

  it("goes back by itself when the server cannot run it", async () => {
    await running("quay", { region: "sim-apply-fails" });
    const made = await call(deploy.update, { deployment: "quay", model: "openai/broken" });
    await harbour.pass(30);
    const { deployment, configuration, history } = await call(deploy.get, { deployment: "quay" });
    expect(await harbour.operation("operation" in made ? made.operation.id : "")).toMatchObject({ outcome: "failed" });
    expect(deployment).toMatchObject({ status: "running", generation: 3 });
    expect(configuration.model).toBeUndefined();
    expect(history.map(({ by }) => by)).toEqual(["moorage", harbour.me.keyId, harbour.me.keyId]);
    // What did not run is nothing to go back to.
    await expect(call(deploy.rollback, { deployment: "quay" })).rejects.toEqual(refused("wrong_state"));
  });

  it("that is called off before the server has it is not wanted any more", async () => {
    await running();
    const made = await call(deploy.update, { deployment: "quay", model: "openai/another" });
    await call(deploy.cancel, { operation: "operation" in made ? made.operation.id : "" });
    await harbour.pass(15);
    const { deployment, configuration } = await call(deploy.get, { deployment: "quay" });
    expect(configuration.model).toBeUndefined();
    expect(deployment).toMatchObject({ status: "running", generation: 3, appliedGeneration: 3 });
    expect(deployment.problem).toBeUndefined();
  });

  it("goes back when it is told to, as a new generation", async () => {
    await running();
    await call(deploy.update, { deployment: "quay", model: "openai/one" });
    await harbour.pass(15);
    await call(deploy.rollback, { deployment: "quay", reason: "worse" });
    await harbour.pass(15);
    const { deployment, configuration } = await call(deploy.get, { deployment: "quay" });
    expect(deployment).toMatchObject({ generation: 3, appliedGeneration: 3 });
    expect(configuration.model).toBeUndefined();
  });

  it("goes further back each time, and to a newer one by its generation", async () => {
    await running();
    for (const model of ["openai/one", "openai/two"]) {
      await call(deploy.update, { deployment: "quay", model });
      await harbour.pass(15);
    }
    const back = async (args: object = {}) => {
      const answer = await call(deploy.rollback, { deployment: "quay", ...args });
      await harbour.pass(15);
      return "changes" in answer ? answer.changes : answer.status;
    };
    expect(await back({ reason: "worse" })).toEqual(["Back to generation 2", "Model: openai/two → openai/one"]);
    expect(await back()).toEqual(["Back to generation 1", "Model: openai/one → none"]);
    await expect(back()).rejects.toEqual(refused("wrong_state"));
    expect(await back({ generation: 3 })).toEqual(["Back to generation 3", "Model: none → openai/two"]);
    expect(await back()).toEqual(["Back to generation 2", "Model: openai/two → openai/one"]);
    const { history } = await call(deploy.get, { deployment: "quay" });
    expect(history.map(({ reason }) => reason)).toEqual([
      ...[2, 3, 1].map((generation) => `Back to generation ${generation}`),
      "Back to generation 2: worse",
      ...[undefined, undefined, undefined],
    ]);
  });

  it("is one at a time", async () => {
    await running();
    await call(deploy.update, { deployment: "quay", model: "openai/one" });
    const { operation } = await harbour.get("quay");
    const named = { code: "operation_running", message: expect.stringContaining(` ${operation}.`) };
    await expect(call(deploy.update, { deployment: "quay", model: "openai/two" })).rejects.toMatchObject(named);
    await expect(call(deploy.control, { deployment: "quay", action: "restart" })).rejects.toMatchObject(named);
  });

  it.each([
    ["sim-1", true],
    ["sim-secrets-stay", false],
  ])(
    "has a rotated secret's old version go only when its server runs with the new one, in %s",
    async (region, follows) => {
      await call(secrets.generate, { name: "BILLING_TOKEN" });
      await running("quay", { region, secrets: ["BILLING_TOKEN"] });
      const rollout = () => call(secrets.rollout, { name: "BILLING_TOKEN" });
      expect(await rollout()).toMatchObject({
        version: 1,
        isComplete: true,
        servers: [{ deployment: "quay", version: 1 }],
      });
      await call(secrets.rotate, { name: "BILLING_TOKEN" });
      expect(await rollout()).toMatchObject({ version: 2, isComplete: false });
      await harbour.pass(30);
      expect(await rollout()).toMatchObject({ version: 2, isComplete: follows });
      const { versions } = await call(secrets.history, { name: "BILLING_TOKEN" });
      expect(versions[1]!.keptUntil !== undefined).toBe(follows);
      const loads = (await call(status.events, { deployment: "quay" })).events.filter(
        ({ kind }) => kind === "secrets_loaded",
      );
      expect(loads.map(({ message }) => message)).toEqual([
        ...(follows ? ["BILLING_TOKEN v2 (simulated)"] : []),
        "BILLING_TOKEN v1 (simulated)",
      ]);
    },
  );

  it("names only secrets that there are, by a key that may use them", async () => {
    await running();
    const named = { deployment: "quay", secrets: ["OPENAI_API_KEY"] };
    await expect(call(deploy.update, named)).rejects.toEqual(refused("not_found"));
    const scopes = AGENT_SCOPES.filter((scope) => scope !== "secrets:use");
    const other = await harbour.host.admit({ tenant: harbour.me.tenant, scopes });
    await expect(other.backend.call(deploy.update, named)).rejects.toEqual(refused("missing_scope"));
  });

  it("repeated with the same operation id happens once", async () => {
    await running();
    const args = { deployment: "quay", action: "restart", opId: crypto.randomUUID() };
    const first = await onWire(harbour.me, deploy.control, args);
    await harbour.pass(30);
    const second = await onWire(harbour.me, deploy.control, args);
    expect(second.value).toMatchObject({ operation: { id: first.value.operation.id } });
    expect((await harbour.rows("operations")).filter(({ kind }) => kind === "restart")).toHaveLength(1);
  });
});

describe("a server that breaks", () => {
  it("after a change is rolled back, and one message says both", async () => {
    await running("quay", { region: "sim-degrades" });
    await call(deploy.update, { deployment: "quay", model: "openai/heavy" });
    await harbour.pass(4 * 60);
    const { deployment, configuration, history } = await call(deploy.get, { deployment: "quay" });
    expect(deployment).toMatchObject({ health: "degraded", generation: 3 });
    expect(configuration.model).toBeUndefined();
    expect(history[0]).toMatchObject({ by: "moorage", reason: expect.stringContaining("degraded") });
    const { alerts } = await call(status.alerts, {});
    expect(alerts).toMatchObject([
      { kind: "server_health", message: expect.stringMatching(/degraded.*generation 2, was undone/) },
    ]);
    expect(await call(status.overview, {})).toMatchObject({ attention: [{ name: "quay" }], openAlerts: 1 });
  });

  it("without a change is told of, and stays as it is", async () => {
    await running("quay", { region: "sim-goes-silent" });
    await harbour.pass(10 * 60);
    expect(await harbour.get("quay")).toMatchObject({ health: "unreachable", generation: 1 });
    expect((await call(status.alerts, {})).alerts).toMatchObject([{ kind: "server_health" }]);
  });

  it("before it ever ran is an alert of its own, until the next one runs", async () => {
    await harbour.create("quay", { region: "sim-quota" });
    await harbour.pass(30);
    const { alerts } = await call(status.alerts, {});
    expect(alerts).toMatchObject([{ kind: "operation_failed", message: expect.stringContaining("quay") }]);
  });
});

describe("starting and stopping", () => {
  it("stops a server, which then stands idle, and starts it again", async () => {
    await running();
    await call(deploy.control, { deployment: "quay", action: "stop" });
    await harbour.pass(30);
    expect(await harbour.get("quay")).toMatchObject({ status: "stopped", health: "unknown" });
    expect(await call(status.overview, {})).toMatchObject({ idle: ["quay"], statuses: { stopped: 1 }, simulated: 1 });
    await expect(call(deploy.update, { deployment: "quay", model: "openai/x" })).rejects.toEqual(
      refused("wrong_state"),
    );
    await call(deploy.control, { deployment: "quay", action: "start" });
    await harbour.pass(30);
    expect(await harbour.get("quay")).toMatchObject({ status: "running" });
  });

  it("does nothing to stop a server that is stopped", async () => {
    await running();
    const stop = () => call(deploy.control, { deployment: "quay", action: "stop" });
    expect(await stop()).toMatchObject({ status: "started" });
    await harbour.pass(30);
    expect(await stop()).toMatchObject({ status: "unchanged", deployment: { status: "stopped" } });
    expect((await harbour.rows("operations")).filter(({ kind }) => kind === "stop")).toHaveLength(1);
  });

  it("starts a server that is stopped when it is to be restarted", async () => {
    await running();
    await call(deploy.control, { deployment: "quay", action: "stop" });
    await harbour.pass(30);
    await call(deploy.control, { deployment: "quay", action: "restart" });
    await harbour.pass(30);
    expect(await harbour.get("quay")).toMatchObject({ status: "running" });
    expect((await harbour.rows("operations")).map(({ kind }) => kind)).toEqual(["create", "stop", "start"]);
  });
});

describe("a key that is bound to an agent", () => {
  it("sees and changes its own agent's deployments alone", async () => {
    await running("quay", { agent: "cook" });
    await running("pier", { agent: "pilot" });
    const bound = await harbour.host.admit({ tenant: harbour.me.tenant, scopes: AGENT_SCOPES, agent: "cook" });
    expect((await bound.backend.call(deploy.list, {})).deployments.map(({ name }) => name)).toEqual(["quay"]);
    await expect(bound.backend.call(deploy.get, { deployment: "pier" })).rejects.toEqual(refused("not_found"));
    const restart = { deployment: "pier", action: "restart" };
    await expect(bound.backend.call(deploy.control, restart)).rejects.toEqual(refused("not_found"));
    await expect(bound.backend.call(status.events, {})).rejects.toEqual(refused("invalid_input"));
    expect((await bound.backend.call(status.events, { deployment: "quay" })).events.length).toBeGreaterThan(0);
  });

  it("plans a server for its own agent, and is told so when it names another", async () => {
    const { backend } = await harbour.host.admit({ tenant: harbour.me.tenant, scopes: AGENT_SCOPES, agent: "cook" });
    const plan = (agent?: string) => backend.call(deploy.plan, { name: "quay", provider: "simulated", agent });
    await expect(plan("pilot")).rejects.toEqual(refused("beyond_own_key"));
    expect((await plan("cook")).lines.join()).toContain('The agent "cook" runs');
    expect((await plan()).lines.join()).toContain('The agent "cook" runs');
  });

  it("does nothing that concerns every agent, and hears of its own servers alone", async () => {
    await running("quay", { agent: "cook", region: "sim-degrades" });
    await running("pier", { agent: "pilot", region: "sim-degrades" });
    await harbour.pass(5 * 60);
    const { backend } = await harbour.host.admit({ tenant: harbour.me.tenant, scopes: AGENT_SCOPES, agent: "cook" });
    for (const attempt of [
      () => backend.call(deploy.connect, { provider: "hetzner" }),
      () => backend.call(deploy.disconnect, { provider: "hetzner" }),
      () => backend.call(jobs.pause, { job: "stale_servers" }),
      () => backend.call(jobs.start, { job: "retention" }),
      () => backend.call(audit.list, {}),
    ])
      await expect(attempt()).rejects.toEqual(refused("beyond_own_key"));
    const { alerts } = await call(status.alerts, {});
    expect(alerts).toHaveLength(2);
    const own = alerts.find(({ message }) => message.includes("quay"))!;
    expect(await backend.call(status.alerts, {})).toEqual({ alerts: [own] });
    expect(await backend.call(status.overview, {})).toMatchObject({ openAlerts: 1 });
    const other = alerts.find(({ id }) => id !== own.id)!;
    await expect(backend.call(status.alertAck, { id: other.id })).rejects.toEqual(refused("not_found"));
    await backend.call(status.alertAck, { id: own.id });
  });
});

describe("destroying", () => {
  it("needs the name typed again and a person's yes; then nothing is left but what is kept here", async () => {
    await running("quay", { region: "sim-destroy-busy" });
    await expect(call(deploy.destroy, { deployment: "quay", confirm: "qua" })).rejects.toEqual(
      refused("invalid_input"),
    );
    expect(await call(deploy.destroy, { deployment: "quay", confirm: "quay" })).toMatchObject({
      status: "waiting_for_user",
    });
    expect(await servers()).toHaveLength(1);
    await harbour.approved(() => call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
    await harbour.pass(60);
    expect(await servers()).toEqual([]);
    expect(await call(deploy.list, {})).toEqual({ deployments: [] });
    expect((await call(deploy.list, { all: true })).deployments).toMatchObject([
      { status: "destroyed", health: "unknown" },
    ]);
    const { events } = await call(status.events, {});
    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(["quay"]));
  });

  it("begins at once although the server has not said yet that it runs with a change", async () => {
    await running();
    await call(deploy.update, { deployment: "quay", model: "openai/gpt-5.2" });
    await harbour.approved(() => call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
    await harbour.pass(15);
    expect(await servers()).toEqual([]);
  });

  it("asks nobody again while it happens", async () => {
    await running("quay", { region: "sim-destroy-busy" });
    const destroy = () => call(deploy.destroy, { deployment: "quay", confirm: "quay" });
    const { operation } = await harbour.approved(destroy);
    expect(await destroy()).toMatchObject({ status: "started", operation: { id: operation.id } });
  });
});

describe("after a death", () => {
  it("says since when its state stands, and when somebody takes it up again", async () => {
    const { id } = await harbour.create("quay");
    const { seq } = await harbour.operation(id);
    // Whoever claims it dies there.
    await harbour.host.engine.mutation("operations:claim", { operationId: id, seq: Number(seq) });
    const begun = Date.now();
    await harbour.pass(60);
    const { operation } = await call(status.operation, { operation: id });
    expect(operation).toMatchObject({ state: "create_server", since: expect.any(String) });
    expect(Date.parse(operation.since)).toBeLessThanOrEqual(begun);
    expect(Date.parse(operation.againAt!)).toBe(begun + 120_000);
    await harbour.pass(5 * 60);
    const { operation: ended } = await call(status.operation, { operation: id });
    expect(ended).toMatchObject({ outcome: "succeeded" });
    expect(ended.againAt).toBeUndefined();
  });

  it.each(["perform", "expire"])("goes on although every scheduled %s was lost once", async (lost) => {
    const { id } = await harbour.create("quay");
    const drop = () =>
      harbour.host.engine.inline("mutation", async (ctx) => {
        for (const job of await ctx.db.system.query("_scheduled_functions").collect())
          if (job.state.kind === "pending" && job.name.endsWith(`operations.js:${lost}`))
            await ctx.scheduler.cancel(job._id);
      });
    for (let round = 0; round < 6; round++) {
      await drop();
      await harbour.pass(40);
      await harbour.host.engine.mutation("operations:sweep", {});
      await harbour.pass(2);
    }
    await harbour.pass(5 * 60);
    expect(await harbour.operation(id)).toMatchObject({ outcome: "succeeded" });
    expect(await servers()).toHaveLength(1);
  });

  it("a call that comes twice is carried out once", async () => {
    const { id } = await harbour.create("quay");
    const { seq } = await harbour.operation(id);
    const perform = () => harbour.host.engine.action("operations:perform", { operationId: id, seq: Number(seq) });
    await Promise.all([perform(), perform(), perform()]);
    await harbour.pass(30);
    expect(await servers()).toMatchObject([{ creates: 1 }]);
  });
});
