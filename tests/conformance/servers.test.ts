/** What a deployed server and Moorage say to each other, before and behind the door. */
import { randomUUID } from "node:crypto";
import { parseApiKey } from "@moorage/shared/api-key";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deployContracts from "@moorage/shared/contracts/deploy";
import * as contracts from "@moorage/shared/contracts/instances";
import * as keys from "@moorage/shared/contracts/keys";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import { instanceScope } from "@moorage/shared/scopes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { BEAT, deploy, enrolled, IMAGE, newToken, rowOf, update } from "../support/servers.ts";

describe.each(HOSTS)("a server in $name", ({ open }) => {
  let host: Host;
  let owner: Caller;
  beforeAll(async () => {
    host = await open();
    owner = await host.admit();
  });
  afterAll(() => host.close());

  const seen = async (deployment: string) => (await owner.backend.call(deployContracts.get, { deployment })).deployment;
  const eventsOf = (deploymentId: string): Promise<{ kind: string; message: string; source: string }[]> =>
    host.engine.inline("query", (ctx) =>
      ctx.db
        .query("events")
        // biome-ignore lint/suspicious/noExplicitAny: an inline function has no types of the schema
        .withIndex("by_deployment", (q: any) => q.eq("deploymentId", deploymentId))
        .collect(),
    );

  describe("with its one-time token", () => {
    it("gets a key for itself alone", async () => {
      const { deploymentId, instanceId, key, backend } = await enrolled(host, owner);
      const mine = await backend.call(keys.resolve, {});
      expect(mine).toMatchObject({ scopes: ["instance"], instance: instanceId, agent: "harbourmaster" });
      const { keys: all } = await owner.backend.call(keys.list, {});
      expect(all.find(({ id }) => id === mine.keyId)?.scopes).toEqual([instanceScope(instanceId)]);
      await expect(backend.call(secrets.list, {})).rejects.toMatchObject({ code: "missing_scope" });
      expect(JSON.stringify(await rowOf(host, deploymentId))).not.toContain(key);
    });

    it("gets a new key when the answer was lost, and the key before ends", async () => {
      const { token } = await deploy(host, owner);
      const claim = randomUUID();
      const first = await host.as(token).backend.call(contracts.redeem, { claim });
      const second = await host.as(token).backend.call(contracts.redeem, { claim });
      await expect(host.as(first.key).backend.call(contracts.config, {})).rejects.toMatchObject({
        code: "unauthenticated",
      });
      expect((await host.as(second.key).backend.call(contracts.config, {})).generation).toBe(1);
    });

    it("is refused under another claim, and after its first heartbeat under its own", async () => {
      const { token, instanceId } = await deploy(host, owner);
      const claim = randomUUID();
      const { key } = await host.as(token).backend.call(contracts.redeem, { claim });
      await expect(host.as(token).backend.call(contracts.redeem, { claim: randomUUID() })).rejects.toMatchObject({
        code: "token_used",
      });
      await host.as(key).backend.call(contracts.heartbeat, BEAT);
      await expect(host.as(token).backend.call(contracts.redeem, { claim })).rejects.toMatchObject({
        code: "token_used",
      });
      const another = await newToken(host, instanceId);
      await expect(host.as(another).backend.call(contracts.script, {})).rejects.toMatchObject({ code: "token_used" });
      await expect(host.as(another).backend.call(contracts.redeem, { claim })).rejects.toMatchObject({
        code: "token_used",
      });
    });

    it("wins once in a race of twenty claims", async () => {
      const { token } = await deploy(host, owner);
      const { backend } = host.as(token);
      const tries = await Promise.allSettled(
        Array.from({ length: 20 }, () => backend.call(contracts.redeem, { claim: randomUUID() })),
      );
      const lost = tries.filter((one) => one.status === "rejected").map(({ reason }) => reason.code);
      expect(lost).toEqual(Array.from({ length: 19 }, () => "token_used"));
    });

    it("opens nothing else", async () => {
      const { token } = await deploy(host, owner);
      await expect(host.as(token).backend.call(contracts.config, {})).rejects.toMatchObject({ code: "missing_scope" });
    });

    it("is refused after a quarter of an hour, even to the claim that it served", async () => {
      const { token } = await deploy(host, owner);
      const claim = randomUUID();
      await host.as(token).backend.call(contracts.redeem, { claim });
      const left = await host.engine.inline("mutation", async (ctx) => {
        const row = await ctx.db
          .query("keys")
          // biome-ignore lint/suspicious/noExplicitAny: as above
          .withIndex("by_keyId", (q: any) => q.eq("keyId", parseApiKey(token)!.keyId))
          .unique();
        await ctx.db.patch(row._id, { expiresAt: Date.now() });
        return row.expiresAt - Date.now();
      });
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(15 * 60_000);
      await expect(host.as(token).backend.call(contracts.redeem, { claim })).rejects.toMatchObject({
        code: "unauthenticated",
      });
    });

    it.each([
      ["is being destroyed", { status: "destroying" }],
      ["has ended", { status: "destroyed", endedAt: 1 }],
    ])("is refused once its deployment %s", async (_how, is) => {
      const { token, deploymentId } = await deploy(host, owner);
      await host.engine.inline("mutation", (ctx) => ctx.db.patch(deploymentId, is));
      await expect(host.as(token).backend.call(contracts.redeem, { claim: randomUUID() })).rejects.toMatchObject({
        code: "unauthenticated",
      });
    });
  });

  it("pulls the configuration that is wanted, with references in place of secrets", async () => {
    await owner.backend.call(secrets.set, { name: "OPENAI_API_KEY", value: "marker-7f3" });
    const server = await enrolled(host, owner, {
      configuration: { secrets: ["OPENAI_API_KEY"], model: "openai/gpt-5", urls: ["https://agent.example.com"] },
    });
    const config = await server.backend.call(contracts.config, {});
    expect(config).toMatchObject({ generation: 1, image: IMAGE, secrets: ["OPENAI_API_KEY"] });
    const openclaw = JSON.parse(config.openclaw);
    expect(openclaw.models.providers.openai.apiKey).toEqual({
      source: "exec",
      provider: "moorage",
      id: "OPENAI_API_KEY",
    });
    expect(openclaw.gateway).toMatchObject({ publicOrigin: "https://agent.example.com", terminal: { enabled: false } });
    expect(config.openclaw).not.toContain("marker-7f3");
  });

  it("pulls its secrets byte by byte, the nearest of each name, and says which are missing", async () => {
    const pem = '-----BEGIN KEY-----\n"$(id)" `x` \\ ü \u{1f6a2}\n-----END KEY-----\n';
    await owner.backend.call(secrets.set, { name: "PEM", value: pem });
    await owner.backend.call(secrets.set, { name: "SHARED", value: "for all" });
    await owner.backend.call(secrets.set, { name: "SHARED", value: "its own", agent: "harbourmaster" });
    const server = await enrolled(host, owner, { configuration: { secrets: ["PEM", "SHARED", "NOT_THERE"] } });
    const answer = await server.backend.call(contracts.secrets, {});
    const values = answer.secrets.map(({ name, version, value }) => [
      name,
      version,
      Buffer.from(value, "base64").toString(),
    ]);
    expect(values).toEqual([
      ["PEM", 1, pem],
      ["SHARED", 1, "its own"],
    ]);
    expect(answer.missing).toEqual(["NOT_THERE"]);
  });

  it("is told of a new configuration and of a wish for its log by the heartbeat's answer", async () => {
    const server = await enrolled(host, owner);
    expect(await server.backend.call(contracts.heartbeat, BEAT)).toEqual({
      generation: 1,
      secretsAt: 0,
      logsWanted: false,
    });
    const generation = await update(host, server, { model: "openai/gpt-5" });
    await host.engine.inline("mutation", (ctx) => ctx.db.patch(server.instanceId, { logsWantedAt: Date.now() }));
    await expect
      .poll(() => server.backend.call(contracts.heartbeat, BEAT))
      .toEqual({ generation, secretsAt: 0, logsWanted: true });
    await server.backend.call(contracts.logs, { lines: ["one", "two"], opId: randomUUID() });
    await expect.poll(() => server.backend.call(contracts.heartbeat, BEAT)).toMatchObject({ logsWanted: false });
  });

  it("of a machine of one's own says no more than what it reports: nobody else can be asked", async () => {
    const { deploymentId } = await enrolled(host, owner);
    expect(await owner.backend.call(status.check, { deployment: deploymentId })).toMatchObject({ server: "unknown" });
  });

  it("that has not enrolled is not asked for its log", async () => {
    const { deploymentId } = await deploy(host, owner);
    await expect(owner.backend.call(status.logs, { deployment: deploymentId })).rejects.toMatchObject({
      code: "wrong_state",
    });
  });

  it("keeps no secret of what a server tells that does not hide its own", async () => {
    const [old, current] = ["marker-old-4c1", "marker-new-9e2"];
    const token = `ghp_${"a1B2".repeat(9)}`;
    await owner.backend.call(secrets.set, { name: "TOLD", value: old });
    const server = await enrolled(host, owner, { configuration: { secrets: ["TOLD"] } });
    await server.backend.call(contracts.secrets, {});
    await server.backend.call(contracts.heartbeat, { ...BEAT, secrets: [{ name: "TOLD", version: 1 }] });
    await expect.poll(async () => (await rowOf(host, server.instanceId)).secretVersions).toEqual({ TOLD: 1 });
    await owner.backend.call(secrets.set, { name: "TOLD", value: current });
    await server.backend.call(contracts.secrets, {});
    const lines = ["up", `old ${old}`, `new ${btoa(current)}`, `push ${token}`];
    await server.backend.call(contracts.logs, { lines, opId: randomUUID() });
    await server.backend.call(contracts.report, {
      generation: 1,
      outcome: "failed",
      detail: `push ${token}`,
      opId: randomUUID(),
    });
    await server.backend.call(contracts.events, {
      events: [{ kind: "note", message: `push ${token}`, at: 0 }],
      opId: randomUUID(),
    });
    const shown = await owner.backend.call(status.logs, { deployment: server.deploymentId });
    expect(shown.lines).toEqual(["up", "old •••", "new •••", "push •••"]);
    const told = (await eventsOf(server.deploymentId)).filter(({ source }) => source === "instance");
    expect(told.map(({ message }) => message)).toEqual(["configuration 1: push •••", "push •••"]);
  });

  it("fixes what an image's tag means when it first runs it, and a way back leads to the very same", async () => {
    const name = "ghcr.io/openclaw/openclaw";
    const opIds = [randomUUID(), randomUUID()];
    const [first, second] = ["1", "2"].map((digit) => `${name}@sha256:${digit.repeat(64)}`) as [string, string];
    const server = await enrolled(host, owner, { configuration: { image: `${name}:1` } });
    const { deploymentId: deployment } = server;
    await host.engine.inline("mutation", (ctx) => ctx.db.patch(deployment, { status: "running" }));
    const wanted = async () => (await server.backend.call(contracts.config, {})).image;
    const ran = (generation: number, image: string) =>
      server.backend.call(contracts.report, { generation, outcome: "applied", image, opId: randomUUID() });
    const change = async (make: () => Promise<{ status: string; approvalId?: string }>) => {
      const { approval } = await owner.backend.call(approvals.get, { id: (await make()).approvalId! });
      await owner.backend.call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "approve" });
      return make();
    };
    expect(await wanted()).toBe(`${name}:1`);
    await ran(1, first);
    expect(await wanted()).toBe(first);
    // Whatever a server says later, or says of another image, changes nothing.
    await ran(1, second);
    await ran(1, `evil.example.com/openclaw@sha256:${"3".repeat(64)}`);
    expect(await wanted()).toBe(first);
    await change(() => owner.backend.call(deployContracts.update, { deployment, image: `${name}:2`, opId: opIds[0] }));
    expect(await wanted()).toBe(`${name}:2`);
    await ran(2, second);
    expect(await wanted()).toBe(second);
    await change(() => owner.backend.call(deployContracts.rollback, { deployment, opId: opIds[1] }));
    expect(await wanted()).toBe(first);
  });

  it("reports how a change went, and what happened, once", async () => {
    const server = await enrolled(host, owner);
    const opId = randomUUID();
    const generation = await update(host, server, { model: "openai/gpt-5" });
    const went = { generation, outcome: "rolled_back", detail: "openclaw config validate: unknown key" };
    await server.backend.call(contracts.report, { ...went, opId });
    await server.backend.call(contracts.report, { ...went, opId });
    await server.backend.call(contracts.events, {
      events: [{ kind: "container_exited", message: "exit code 137", at: Date.now() + 1e9 }],
      opId: randomUUID(),
    });
    // A moment that is none would keep everything else that happened from being read.
    const never = { events: [{ kind: "note", message: "long ago", at: -1e300 }], opId: randomUUID() };
    await expect(server.backend.call(contracts.events, never)).rejects.toMatchObject({ code: "invalid_input" });
    const told = (await eventsOf(server.deploymentId)).filter(({ source }) => source === "instance");
    expect(told.map(({ kind, message }) => [kind, message])).toEqual([
      ["apply_rolled_back", "configuration 2: openclaw config validate: unknown key"],
      ["container_exited", "exit code 137"],
    ]);
    expect((await rowOf(host, server.instanceId)).refusedGeneration).toBe(2);
  });

  it("dates what happened neither before it enrolled nor later than it told", async () => {
    const server = await enrolled(host, owner);
    const { enrolledAt } = await rowOf(host, server.instanceId);
    const events = [1, Date.now() + 1e9].map((at) => ({ kind: "note", message: "once", at }));
    await server.backend.call(contracts.events, { events, opId: randomUUID() });
    const told = await owner.backend.call(status.events, { deployment: server.deploymentId });
    const [late, early] = told.events.map(({ at }) => Date.parse(at));
    expect(early).toBe(enrolledAt);
    expect(late).toBeGreaterThanOrEqual(Number(enrolledAt));
    expect(late).toBeLessThanOrEqual(Date.now());
  });

  it("keeps a rotated secret's old version until every server that loads it has reported the new one", async () => {
    const name = "FOLLOWED";
    await owner.backend.call(secrets.generate, { name });
    const fleet = [];
    for (let at = 0; at < 2; at++) {
      const server = await enrolled(host, owner, { configuration: { secrets: [name] } });
      await server.backend.call(contracts.secrets, {});
      await server.backend.call(contracts.heartbeat, { ...BEAT, secrets: [{ name, version: 1 }] });
      fleet.push(server);
    }
    const [one, two] = fleet;
    const isOldKept = async () =>
      (await owner.backend.call(secrets.history, { name })).versions[1]?.keptUntil === undefined;
    await owner.backend.call(secrets.rotate, { name });
    const beat = { ...BEAT, secrets: [{ name, version: 2 }] };
    await expect.poll(async () => (await one!.backend.call(contracts.heartbeat, beat)).secretsAt).toBeGreaterThan(0);
    await expect.poll(async () => (await rowOf(host, one!.instanceId)).secretVersions).toEqual({ [name]: 2 });
    expect(await isOldKept()).toBe(true);
    const rollout = () => owner.backend.call(secrets.rollout, { name });
    const behind = await rollout();
    expect(behind).toMatchObject({ version: 2, isComplete: false });
    expect(behind.servers.map(({ version }) => version)).toEqual([1, 2]);
    await two!.backend.call(contracts.heartbeat, beat);
    await expect.poll(isOldKept).toBe(false);
    expect((await rollout()).isComplete).toBe(true);
  });

  it("is believed of secrets that it was given, and of no others", async () => {
    await owner.backend.call(secrets.set, { name: "GIVEN", value: "v" });
    const server = await enrolled(host, owner, { configuration: { secrets: ["GIVEN"] } });
    await server.backend.call(contracts.secrets, {});
    const told = ["GIVEN", "OTHER", "constructor"].map((name) => ({ name, version: 1 }));
    await server.backend.call(contracts.heartbeat, { ...BEAT, secrets: told });
    const believed = async () =>
      (await owner.backend.call(deployContracts.get, { deployment: server.deploymentId })).reported?.secretVersions;
    await expect.poll(believed).toEqual({ GIVEN: 1 });
  });

  it("is healthy when it says so, and degraded when its gateway does not answer", async () => {
    const server = await enrolled(host, owner);
    await server.backend.call(contracts.heartbeat, { ...BEAT, load: 0.5, diskUsedPercent: 40 });
    await expect.poll(async () => (await seen(server.deploymentId)).health).toBe("healthy");
    const { reported } = await owner.backend.call(deployContracts.get, { deployment: server.deploymentId });
    expect(reported).toEqual({ container: "running", load: 0.5, diskUsedPercent: 40, secretVersions: {} });
    await server.backend.call(contracts.heartbeat, { ...BEAT, container: "unhealthy" });
    await expect.poll(async () => (await seen(server.deploymentId)).health).toBe("degraded");
    expect(await seen(server.deploymentId)).toMatchObject({
      appliedGeneration: 1,
      healthReason: "the gateway does not answer",
    });
    const changes = (await eventsOf(server.deploymentId)).filter(({ kind }) => kind.startsWith("health_"));
    expect(changes.map(({ message }) => message)).toEqual([
      "unknown → healthy: it reports and answers",
      "healthy → degraded: the gateway does not answer",
    ]);
  });

  it("tells only so many events, and another server all the same", async () => {
    const [one, two] = [await enrolled(host, owner), await enrolled(host, owner)];
    const events = Array.from({ length: 20 }, (_, n) => ({ kind: "note", message: `${n}`, at: 1 }));
    const tell = (server: typeof one, opId: string) => server.backend.call(contracts.events, { events, opId });
    const opIds = Array.from({ length: 30 }, () => randomUUID());
    const told = await Promise.allSettled(opIds.map((opId) => tell(one, opId)));
    const refused = told.flatMap((answer) => (answer.status === "rejected" ? answer.reason : []));
    expect(refused).toHaveLength(20);
    for (const error of refused) expect(error).toMatchObject({ code: "rate_limited" });
    expect((await eventsOf(one.deploymentId)).filter(({ kind }) => kind === "note")).toHaveLength(200);
    // What was told is told, however often its answer was lost.
    await tell(one, opIds[told.findIndex(({ status }) => status === "fulfilled")]!);
    await tell(two, randomUUID());
  });

  it("takes its secrets only so often", async () => {
    const server = await enrolled(host, owner);
    const asked = await Promise.allSettled(
      Array.from({ length: 80 }, () => server.backend.call(contracts.secrets, {})),
    );
    const codes = asked.flatMap((one) => (one.status === "rejected" ? one.reason.code : []));
    expect(codes.length).toBeGreaterThan(10);
    expect(new Set(codes)).toEqual(new Set(["rate_limited"]));
  });

  it("sends its log only so often", async () => {
    const server = await enrolled(host, owner);
    const sent = Array.from({ length: 40 }, () =>
      server.backend.call(contracts.logs, { lines: ["one line"], opId: randomUUID() }),
    );
    const codes = (await Promise.allSettled(sent)).flatMap((one) => (one.status === "rejected" ? one.reason.code : []));
    expect(codes.length).toBeGreaterThan(10);
    expect(new Set(codes)).toEqual(new Set(["rate_limited"]));
  });

  it("is not believed that it runs a configuration that it was never given", async () => {
    const server = await enrolled(host, owner);
    const made = { generation: 99, outcome: "applied", image: IMAGE };
    for (const outcome of ["applied", "rolled_back", "failed"] as const)
      await expect(
        server.backend.call(contracts.report, { ...made, outcome, opId: randomUUID() }),
      ).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(/^generation: /) });
    await server.backend.call(contracts.heartbeat, { ...BEAT, generation: 99, load: 0.5 });
    await expect.poll(async () => (await seen(server.deploymentId)).health).toBe("healthy");
    expect(await seen(server.deploymentId)).not.toHaveProperty("appliedGeneration");
    await server.backend.call(contracts.heartbeat, { ...BEAT, container: "unhealthy" });
    await expect.poll(async () => (await seen(server.deploymentId)).health).toBe("degraded");
    await server.backend.call(contracts.heartbeat, { ...BEAT, generation: 99 });
    await expect.poll(async () => (await seen(server.deploymentId)).health).toBe("healthy");
    expect((await seen(server.deploymentId)).appliedGeneration).toBe(1);
  });

  it("speaks for itself alone", async () => {
    const [one, two] = [await enrolled(host, owner), await enrolled(host, owner)];
    await one.backend.call(contracts.report, { generation: 1, outcome: "failed", opId: randomUUID() });
    expect(await eventsOf(two.deploymentId)).not.toContainEqual(expect.objectContaining({ kind: "apply_failed" }));
    const forged = await host.admit({ scopes: ["instance"] });
    await expect(forged.backend.call(contracts.config, {})).rejects.toMatchObject({ code: "invalid_input" });
  });
});
