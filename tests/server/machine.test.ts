/** The scripts of a server, run on a machine below a directory against the door and the functions as they are. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as deploys from "@moorage/shared/contracts/deploy";
import * as contracts from "@moorage/shared/contracts/instances";
import * as secrets from "@moorage/shared/contracts/secrets";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { type Machine, machine, missingTools } from "../support/machine.ts";
import { type Deployed, deploy, IMAGE, newToken, rowOf, update } from "../support/servers.ts";

const skipped = missingTools.length > 0 ? `: skipped, without ${missingTools.join(", ")}` : "";
const CANARY = 'canary-5e1f "$(id)" `x`\\';
const PEM = `-----BEGIN KEY-----\n${CANARY}\n-----END KEY-----\n`;

describe.each(HOSTS)(`a machine before $name${skipped}`, { skip: skipped !== "" }, ({ open }) => {
  let host: Host;
  let owner: Caller;
  let deployed: Deployed;
  let box: Machine;
  const boxes: Machine[] = [];
  beforeAll(async () => {
    host = await open();
    owner = await host.admit();
    await owner.backend.call(secrets.set, { name: "TLS_KEY", value: PEM });
    await owner.backend.call(secrets.generate, { name: "SHARED_TOKEN" });
  });
  afterEach(async () => {
    for (const one of boxes.splice(0)) await one.close();
  });
  afterAll(() => host.close());

  const prepare = async (configuration = {}) => {
    deployed = await deploy(host, owner, { configuration });
    box = await machine(host, deployed.token);
    boxes.push(box);
  };
  const started = async (names: string[] = ["TLS_KEY", "SHARED_TOKEN"]) => {
    await prepare({ secrets: names });
    await box.run("start");
    box.calls();
    box.asked();
  };
  const instance = () => rowOf(host, deployed.instanceId);
  const events = async (): Promise<{ kind: string; message: string }[]> =>
    host.engine.inline("query", (ctx) =>
      ctx.db
        .query("events")
        // biome-ignore lint/suspicious/noExplicitAny: an inline function has no types of the schema
        .withIndex("by_deployment", (q: any) => q.eq("deploymentId", deployed.deploymentId))
        .collect(),
    );
  const modeOf = (path: string) => (statSync(join(box.root, path)).mode & 0o777).toString(8);
  /** The next heartbeat after which `systemctl` was asked for this unit; the door may hear of a change a little later. */
  const beatUntil = (unit: string) =>
    expect
      .poll(
        async () => {
          await box.run("beat");
          return box.calls();
        },
        { timeout: 20_000 },
      )
      .toContain(`systemctl start --no-block ${unit}`);

  it("enrols once, and keeps its key where root alone reads it", async () => {
    await prepare();
    await box.run("enrol");
    await box.run("enrol");
    expect(box.asked()).toEqual(["instances:redeem"]);
    expect(box.read("/etc/moorage/server.key")).toMatch(/^moor_/);
    expect(modeOf("/etc/moorage/server.key")).toBe("600");
    expect(readdirSync(join(box.root, "etc/moorage")).sort()).toEqual(["server.json", "server.key"]);
  });

  it("enrols with the same claim again when the answer was lost", async () => {
    await prepare();
    box.loseAnswer();
    await box.run("enrol");
    expect(box.asked()).toEqual(["instances:redeem", "instances:redeem"]);
    const { backend } = host.as(box.read("/etc/moorage/server.key"));
    expect((await backend.call(contracts.config, {})).image).toBe(IMAGE);
  });

  it("comes up with its configuration, each secret a file of its own in memory", async () => {
    await prepare({ secrets: ["TLS_KEY"], model: "openai/gpt-5" });
    await box.run("start");
    expect(box.read("/run/moorage/secrets/TLS_KEY")).toBe(PEM);
    expect(modeOf("/run/moorage/secrets/TLS_KEY")).toBe("400");
    expect(box.read("/run/moorage/gateway.env")).toMatch(/^OPENCLAW_GATEWAY_TOKEN=[0-9a-f]{64}\n$/);
    expect(JSON.parse(box.read("/srv/moorage/state/openclaw.json")).agents.defaults.model.primary).toBe("openai/gpt-5");
    expect(box.read("/srv/moorage/compose.env")).toBe(`GATEWAY_IMAGE=${IMAGE}\n`);
    expect(await instance()).toMatchObject({ appliedGeneration: 1 });
    expect((await events()).map(({ kind }) => kind)).toEqual(["enrolled", "apply_applied", "booted"]);
  });

  it("leaves no value of a secret in a program's arguments, nor anywhere outside its memory", async () => {
    await prepare({ secrets: ["TLS_KEY"] });
    await box.run("start");
    await box.run("beat");
    expect(box.calls().join("\n")).not.toContain("canary");
    const outside = readdirSync(box.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(box.root, "run")))
      .filter((path) => readFileSync(path, "utf8").includes("canary-5e1f"));
    expect(outside).toEqual([]);
  });

  it("pulls its secrets again after the machine was started anew", async () => {
    await started();
    box.reboot();
    await box.run("start");
    expect(box.read("/run/moorage/secrets/TLS_KEY")).toBe(PEM);
    expect(box.asked()).toEqual(["instances:secrets", "instances:events"]);
    // Docker had started the gateway without them.
    expect(box.calls().join("\n")).toContain("up -d --force-recreate");
  });

  it("says that it runs with its secrets after a restart only once its gateway answers", async () => {
    await started(["SHARED_TOKEN"]);
    box.reboot();
    box.answers(() => false);
    await box.run("start");
    expect(existsSync(join(box.root, "run/moorage/loaded.json"))).toBe(false);
    box.answers(() => true);
    await box.run("beat");
    expect(box.calls()).toContain("systemctl start --no-block moorage-reload.service");
    await box.run("secrets", "reload");
    expect(JSON.parse(box.read("/run/moorage/loaded.json")).versions).toEqual([{ name: "SHARED_TOKEN", version: 1 }]);
  });

  it("starts anew what reads its secret only then: the gateway's own token, the tunnel's", async () => {
    for (const name of ["OPENCLAW_GATEWAY_TOKEN", "TUNNEL_TOKEN", "READ_LATER"])
      await owner.backend.call(secrets.set, { name, value: `${name}-of-before` });
    await prepare({ secrets: ["OPENCLAW_GATEWAY_TOKEN", "READ_LATER"], tunnelSecret: "TUNNEL_TOKEN" });
    await box.run("start");
    expect(box.calls().filter((call) => call.includes("--profile tunnel up -d"))).toHaveLength(1);
    const rotated = async (name: string) => {
      await owner.backend.call(secrets.set, { name, value: `${name}-of-now` });
      await box.run("secrets");
      return box.calls().flatMap((call) => /up -d --force-recreate|secrets reload/.exec(call)?.[0] ?? []);
    };
    expect(await rotated("READ_LATER")).toEqual(["secrets reload"]);
    expect(await rotated("OPENCLAW_GATEWAY_TOKEN")).toEqual(["up -d --force-recreate"]);
    expect(box.read("/run/moorage/gateway.env")).toBe("OPENCLAW_GATEWAY_TOKEN=OPENCLAW_GATEWAY_TOKEN-of-now\n");
    expect(await rotated("TUNNEL_TOKEN")).toEqual(["up -d --force-recreate"]);
    expect(box.read("/run/moorage/tunnel.token")).toBe("TUNNEL_TOKEN-of-now");
    await update(host, deployed, { tunnelSecret: undefined });
    await box.run("apply");
    expect(box.calls().at(-1)).toMatch(/--profile tunnel rm -sf tunnel$/);
  });

  it("keeps its newest five backups", async () => {
    await started([]);
    for (const day of [1, 2, 3, 4, 5, 6, 7]) {
      box.place(`/srv/moorage/backups/day ${day}`);
      utimesSync(join(box.root, `srv/moorage/backups/day ${day}`), day * 86_400, day * 86_400);
    }
    await update(host, deployed, { model: "openai/gpt-6" });
    await box.run("apply");
    expect(readdirSync(join(box.root, "srv/moorage/backups")).sort()).toEqual(
      [3, 4, 5, 6, 7].map((day) => `day ${day}`),
    );
  });

  it("reports how it is", async () => {
    await started(["SHARED_TOKEN"]);
    await box.run("beat");
    await expect.poll(async () => (await instance()).health).toBe("healthy");
    expect(await instance()).toMatchObject({
      container: "running",
      imageDigest: IMAGE,
      secretVersions: { SHARED_TOKEN: 1 },
      diskUsed: expect.any(Number),
      load: expect.any(Number),
    });
    box.answers(() => false);
    await box.run("beat");
    await expect.poll(async () => (await instance()).health).toBe("degraded");
  });

  it("tells once that the gateway has stopped, and that the machine waits for a restart", async () => {
    await started([]);
    await box.run("beat");
    box.fake("state", "exited");
    box.place("/run/reboot-required");
    await box.run("beat");
    await box.run("beat");
    const told = (await events()).filter(({ kind }) => kind === "container_exited" || kind === "reboot_required");
    expect(told.map(({ message }) => message)).toEqual([
      "The gateway is exited, exit code 137.",
      "Updates wait for a restart of the machine.",
    ]);
  });

  it("brings a new configuration up, after a backup", async () => {
    await started();
    await update(host, deployed, { model: "openai/gpt-6" });
    await beatUntil("moorage-apply.service");
    await box.run("apply");
    const steps = box.calls().map((call) => /config validate|backup create --verify|up -d/.exec(call)?.[0]);
    expect(steps.filter((step) => step !== undefined)).toEqual(["config validate", "backup create --verify", "up -d"]);
    expect(await instance()).toMatchObject({ appliedGeneration: 2 });
    await box.run("beat");
    expect(box.calls().filter((call) => call.startsWith("systemctl"))).toEqual([]);
  });

  describe("with an image by its tag", () => {
    const NAME = "ghcr.io/openclaw/openclaw";
    const [FIRST, SECOND] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
    const runs = () => box.read("/srv/moorage/compose.env");
    const configured = async () =>
      (await owner.backend.call(deploys.get, { deployment: deployed.deploymentId })).configuration;
    const come = async () => {
      await prepare({ image: `${NAME}:1` });
      box.fake("tag-means", FIRST);
      await box.run("start");
    };

    it("runs what the tag meant at first: after a restart, a change, and on another machine", async () => {
      await come();
      expect(runs()).toBe(`GATEWAY_IMAGE=${NAME}@${FIRST}\n`);
      expect(await configured()).toMatchObject({ image: `${NAME}:1`, imageDigest: FIRST });
      box.fake("tag-means", SECOND);
      box.fake("no-registry");
      box.reboot();
      await box.run("start");
      await update(host, deployed, { model: "openai/gpt-6" });
      await box.run("apply");
      expect(runs()).toBe(`GATEWAY_IMAGE=${NAME}@${FIRST}\n`);
      expect(await instance()).toMatchObject({ appliedGeneration: 2 });
      const other = await machine(host, await newToken(host, deployed.instanceId));
      boxes.push(other);
      await host.engine.inline("mutation", (ctx) => ctx.db.patch(deployed.instanceId, { lastSeenAt: undefined }));
      other.fake("tag-means", SECOND);
      await other.run("start");
      expect(other.read("/srv/moorage/compose.env")).toBe(`GATEWAY_IMAGE=${NAME}@${FIRST}\n`);
    });

    it("says by its heartbeat what runs, where its report was lost", async () => {
      await come();
      await host.engine.inline("mutation", async (ctx) => {
        const { _id, configuration } = await ctx.db
          .query("deploymentVersions")
          // biome-ignore lint/suspicious/noExplicitAny: as above
          .withIndex("by_deployment_generation", (q: any) => q.eq("deploymentId", deployed.deploymentId))
          .unique();
        await ctx.db.patch(_id, { configuration: { ...configuration, imageDigest: undefined } });
        await ctx.db.patch(deployed.instanceId, { appliedGeneration: undefined });
      });
      await box.run("beat");
      await expect.poll(configured).toMatchObject({ imageDigest: FIRST });
      expect(await instance()).toMatchObject({ imageDigest: `${NAME}@${FIRST}` });
    });

    it("does not run what came in place of the bytes it was told", async () => {
      await come();
      const before = runs();
      await update(host, deployed, { image: `${NAME}:2@${SECOND}`, imageDigest: undefined });
      box.fake("other-bytes", FIRST);
      await box.run("apply");
      expect(runs()).toBe(before);
      expect((await events()).at(-1)!.message).toContain(`What came for ${NAME}@${SECOND} has not its digest`);
    });
  });

  it.each([
    ["that OpenClaw does not accept", () => box.fake("invalid"), /does not accept .*unknown key "gatway"/],
    ["whose state cannot be backed up", () => box.fake("no-backup"), /could not be backed up: no space left/],
    [
      "with which the gateway does not answer",
      () => box.answers((openclaw) => !openclaw.includes("gpt-6")),
      /did not answer/,
    ],
  ])("goes back by itself from a configuration %s, and says why", async (_what, breakIt, why) => {
    await started();
    const before = box.read("/srv/moorage/state/openclaw.json");
    await update(host, deployed, { model: "openai/gpt-6" });
    breakIt();
    await box.run("apply");
    expect(box.read("/srv/moorage/state/openclaw.json")).toBe(before);
    expect(await instance()).toMatchObject({ appliedGeneration: 1, refusedGeneration: 2 });
    const told = (await events()).filter(({ kind }) => kind === "apply_rolled_back");
    expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(why)]);
    await box.run("beat");
    expect(box.calls()).not.toContain("systemctl start --no-block moorage-apply.service");
  });

  it("goes back to what ran even if it died while it tried the new one", async () => {
    await started();
    const before = box.read("/srv/moorage/state/openclaw.json");
    await update(host, deployed, { model: "openai/gpt-6" });
    const [kept, old] = ["config.json", "config.before.json"].map((name) => join(box.root, "srv/moorage", name));
    copyFileSync(kept!, old!);
    const next = { ...JSON.parse(readFileSync(kept!, "utf8")), generation: 2 };
    writeFileSync(kept!, JSON.stringify({ ...next, openclaw: next.openclaw.replace("{", '{"died":"gpt-6",') }));
    box.answers((openclaw) => !openclaw.includes("gpt-6"));
    await box.run("apply");
    expect(box.read("/srv/moorage/state/openclaw.json")).toBe(before);
    expect(await instance()).toMatchObject({ appliedGeneration: 1, refusedGeneration: 2 });
  });

  it("takes a rotated secret, proves it, and only then the old version is let go", async () => {
    await owner.backend.call(secrets.generate, { name: "ROTATED_TOKEN" });
    await started(["ROTATED_TOKEN"]);
    await box.run("beat");
    const { secret } = (await owner.backend.call(secrets.rotate, { name: "ROTATED_TOKEN" })) as {
      secret: { version: number };
    };
    const versions = async () =>
      (await owner.backend.call(secrets.history, { name: "ROTATED_TOKEN" })).versions.map(({ version, keptUntil }) => [
        version,
        keptUntil === undefined,
      ]);
    expect((await versions())[1]).toEqual([secret.version - 1, true]);
    await beatUntil("moorage-secrets.service");
    await box.run("secrets");
    expect(box.calls().join("\n")).toContain("secrets reload");
    expect((await versions())[1]).toEqual([secret.version - 1, true]);
    await box.run("beat");
    await expect.poll(async () => (await versions())[1]).toEqual([secret.version - 1, false]);
    expect((await instance()).secretVersions).toEqual({ ROTATED_TOKEN: secret.version });
  });

  it("sends its log when it is asked, without the values of its secrets", async () => {
    await started();
    box.fake("log", `started\nkey is ${CANARY}!\n${"x".repeat(2_000)}\n`);
    await host.engine.inline("mutation", (ctx) =>
      ctx.db.patch(deployed.instanceId, { logsWantedAt: Date.now(), desiredAt: Date.now() }),
    );
    await expect
      .poll(
        async () => {
          await box.run("beat");
          return box.asked();
        },
        { timeout: 20_000 },
      )
      .toContain("instances:logs");
    const { lines } = await host.engine.inline("query", (ctx) =>
      ctx.db
        .query("instanceLogs")
        // biome-ignore lint/suspicious/noExplicitAny: as above
        .withIndex("by_deployment", (q: any) => q.eq("deploymentId", deployed.deploymentId))
        .unique(),
    );
    expect(lines).toEqual(["started", "key is •••!", "x".repeat(800)]);
  });

  it("starts Portainer for whoever wants it, with a password that is there before it is", async () => {
    await started([]);
    await box.run("portainer");
    const password = box.read("/etc/moorage/portainer.password");
    expect([password.length, modeOf("/etc/moorage/portainer.password")]).toEqual([32, "400"]);
    const { stderr } = await box.run("portainer");
    expect(box.read("/etc/moorage/portainer.password")).toBe(password);
    expect(box.calls().at(-1)).toMatch(/^docker compose .*--profile portainer up -d portainer$/);
    expect(stderr).toContain("password in");
    expect(stderr).not.toContain(password);
  });

  it("answers OpenClaw's requests for secrets from its files, and for those alone", async () => {
    await started(["TLS_KEY"]);
    const asked = { protocolVersion: 1, provider: "moorage", ids: ["TLS_KEY", "NOT_THERE", "../gateway.env"] };
    const resolver = join(box.root, "resolver.cjs");
    copyFileSync(join(box.root, "opt/moorage/resolve-secret"), resolver);
    const said = execFileSync(process.execPath, [resolver], {
      input: JSON.stringify(asked),
      env: { MOORAGE_SECRETS: join(box.root, "run/moorage/secrets") },
      encoding: "utf8",
    });
    expect(JSON.parse(said)).toEqual({
      protocolVersion: 1,
      values: { TLS_KEY: PEM },
      errors: { NOT_THERE: { code: "NOT_FOUND" }, "../gateway.env": { code: "NOT_FOUND" } },
    });
  });
});
