/** A server's whole life at each cloud, before a double that checks both sides by the API's own description. */

import { parseApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as instances from "@moorage/shared/contracts/instances";
import * as pages from "@moorage/shared/contracts/pages";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Network, openNetwork } from "../support/network.ts";
import { CLOUDS } from "../support/providers/clouds.ts";
import { DIGITALOCEAN_TOKEN } from "../support/providers/digitalocean.ts";
import { HETZNER_TOKEN } from "../support/providers/hetzner.ts";
import { hasSpecs, SPECS_NOTE } from "../support/providers/specs.ts";
import { BEAT } from "../support/servers.ts";
import { type Harbour, openHarbour } from "./harbour.ts";

const HOSTS = { hetzner: "api.hetzner.cloud", digitalocean: "api.digitalocean.com" };
const TOKENS = { hetzner: HETZNER_TOKEN, digitalocean: DIGITALOCEAN_TOKEN };

const FINGERPRINT = `SHA256:${"k".repeat(43)}`;
const SSH_KEY = `ssh-ed25519 AAAA${"C3Nz".repeat(16)} owner@example.com`;

/** As the machine finds it in what it was made of. */
function tokenIn(body: unknown): string {
  const { user_data: text } = body as { user_data: string };
  const { write_files: files } = parse(text) as { write_files: { path: string; content: string }[] };
  return files.find(({ path }) => path.endsWith("/token"))!.content;
}

const refused = (code: string) => expect.objectContaining({ code });

describe.skipIf(!hasSpecs).each(CLOUDS)(`a deployment at $name${SPECS_NOTE}`, (cloud) => {
  const { name: provider, operations, tooMany } = cloud;
  let upstream: ReturnType<typeof cloud.open>;
  let network: Network;
  let harbour: Harbour;
  beforeEach(async () => {
    upstream = cloud.open();
    network = openNetwork();
    network.hosts.set(HOSTS[provider], (request) => upstream.fetch(request));
    harbour = await openHarbour({ MOORAGE_PUBLIC_URL: "https://door.example.com" });
  });
  afterEach(async () => {
    await harbour.close();
    network.close();
    expect(upstream.breaches).toEqual([]);
  });

  const call: Harbour["me"]["backend"]["call"] = (contract, args) => harbour.me.backend.call(contract, args);
  const connect = () => call(deploy.credential, { provider, credential: TOKENS[provider] });
  const create = () => harbour.create("quay", { provider, ...cloud.place });
  const get = () => harbour.get("quay");

  /** The token that the last request carried to its server, and what that server does with it. */
  async function boot() {
    const request = upstream.requests.findLast(({ operation }) => operation === operations.create);
    const { key } = await harbour.host.as(tokenIn(request!.body)).backend.call(instances.redeem, {
      claim: crypto.randomUUID(),
      sshHostKey: FINGERPRINT,
    });
    return harbour.host.as(key).backend;
  }

  it("is planned, approved, made, reports in, is changed and destroyed; nothing is left", async () => {
    await expect(call(deploy.plan, { name: "quay", provider })).rejects.toEqual(refused("not_connected"));
    expect((await connect()).connection).toMatchObject({ provider, state: "connected" });
    expect((await call(deploy.catalog, { provider })).offers?.sizes.length).toBeGreaterThan(0);
    const { id } = await create();
    await harbour.pass(60);
    expect(await get()).toMatchObject({
      status: "creating",
      serverId: expect.any(String),
      address: expect.any(String),
    });
    const server = await boot();
    await server.call(instances.heartbeat, BEAT);
    await harbour.pass(5);
    expect(await harbour.operation(id)).toMatchObject({ outcome: "succeeded" });
    expect(await get()).toMatchObject({ status: "running", health: "healthy" });
    expect(await call(status.check, { deployment: "quay" })).toMatchObject({ server: "running" });
    const { access } = await call(deploy.get, { deployment: "quay" });
    const { address } = await get();
    expect(access[0]).toContain(`ssh -N -L 18789:127.0.0.1:18789 ops@${address}, then http://127.0.0.1:18789`);
    expect(access.slice(1)).toEqual([
      `The server's SSH key has the fingerprint ${FINGERPRINT}.`,
      "The page asks for a token: on the server, sudo cat /etc/moorage/gateway.token shows it.",
    ]);

    await call(deploy.update, { deployment: "quay", model: "openai/another" });
    expect(await server.call(instances.heartbeat, BEAT)).toMatchObject({ generation: 2 });
    await server.call(instances.report, { generation: 2, outcome: "applied", opId: crypto.randomUUID() });
    expect(await get()).toMatchObject({ appliedGeneration: 2, generation: 2 });

    await harbour.approved(() => call(deploy.destroy, { deployment: "quay", confirm: "quay" }));
    await expect(server.call(instances.heartbeat, BEAT)).rejects.toEqual(refused("unauthenticated"));
    await harbour.pass(60);
    expect(upstream.servers.size).toBe(0);
    expect(await call(deploy.disconnect, { provider })).toEqual({ status: "disconnected" });
    expect(await call(deploy.disconnect, { provider })).toEqual({ status: "not_connected" });
  });

  it("keeps its account until a person has read what is left there, and said yes", async () => {
    await connect();
    await create();
    await harbour.pass(60);
    const asked = await call(deploy.disconnect, { provider });
    expect(asked).toMatchObject({ status: "waiting_for_user" });
    expect(await call(status.overview, {})).toMatchObject({ connections: [{ provider }] });
    const { approvals: waiting } = await call(approvals.list, {});
    expect(waiting[0]).toMatchObject({
      kind: "deploy_disconnect",
      lines: [`Forget the account at ${provider}.`, 'Servers there: "quay".', expect.stringContaining("costing money")],
    });
    expect(await harbour.approved(() => call(deploy.disconnect, { provider }))).toEqual({ status: "disconnected" });
    expect(await call(status.overview, {})).toMatchObject({ connections: [] });
  });

  it("of which nothing is heard says where it reports to, and what has to run there", async () => {
    await connect();
    await create();
    await harbour.pass(60);
    const problem = async () => (await call(deploy.get, { deployment: "quay" })).deployment.problem;
    expect(await problem()).toBeUndefined();
    await harbour.pass(5 * 60);
    expect(await problem()).toMatch(/reports to https:\/\/door\.example\.com.*"moorage serve --listen"/);
    await (await boot()).call(instances.heartbeat, BEAT);
    expect(await problem()).toBeUndefined();
    await harbour.pass(20 * 60);
    expect(await call(status.overview, {})).toMatchObject({
      attention: [{ name: "quay", problem: expect.stringContaining("Nothing is heard of it.") }],
    });
  });

  it("lets the holder of a key in whom the plan named, after a person has seen it", async () => {
    await connect();
    const plan = { name: "quay", provider, ...cloud.place, sshKey: SSH_KEY };
    expect((await call(deploy.plan, plan)).lines.at(-1)).toBe(
      `Whoever holds this key may log in as its administrator: ${SSH_KEY}`,
    );
    for (const sshKey of ["-----BEGIN OPENSSH PRIVATE KEY-----", `command="x" ${SSH_KEY}`, `${SSH_KEY}\nssh-rsa AAAA`])
      await expect(call(deploy.plan, { ...plan, sshKey })).rejects.toEqual(refused("invalid_input"));
    await expect(call(deploy.plan, { ...plan, provider: "host", region: undefined, size: undefined })).rejects.toEqual(
      refused("invalid_input"),
    );
    await harbour.create("quay", plan);
    await harbour.pass(60);
    const request = upstream.requests.find(({ operation }) => operation === operations.create);
    expect(parse((request!.body as { user_data: string }).user_data)).toMatchObject({ ssh_authorized_keys: [SSH_KEY] });
    expect((await call(deploy.get, { deployment: "quay" })).access[0]).toContain("or the one that was planned");
  });

  it("has the hash of its server's token before the provider hears of it, and the token nowhere", async () => {
    await connect();
    const known: object[][] = [];
    network.hosts.set(HOSTS[provider], async (request) => {
      if (request.method === "POST") known.push(await harbour.rows("keys"));
      return upstream.fetch(request);
    });
    await create();
    await harbour.pass(60);
    const request = upstream.requests.findLast(({ operation }) => operation === operations.create);
    const token = tokenIn(request!.body);
    const { keyId, secret } = parseApiKey(token)!;
    expect(known.at(-1)).toContainEqual(
      expect.objectContaining({ keyId, proofHash: await proofHashOf(await proofOf(secret)) }),
    );
    expect(JSON.stringify([known, await harbour.rows("operations")])).not.toContain(secret);
  });

  it("that nobody approved was never asked for upstream", async () => {
    await connect();
    const { planId } = await call(deploy.plan, { name: "quay", provider, ...cloud.place });
    expect(await call(deploy.create, { planId })).toMatchObject({ status: "waiting_for_user" });
    await harbour.pass(60);
    expect(upstream.count(operations.create)).toBe(0);
  });

  it("is one server when the answer to its creation is lost", async () => {
    await connect();
    upstream.fail({ operation: operations.create, lost: "after" });
    await create();
    await harbour.pass(180);
    expect(upstream.servers.size).toBe(1);
    expect(await get()).toMatchObject({ serverId: expect.any(String) });
  });

  it("is made although the provider is busy at first, and destroyed although it is busy then", async () => {
    await connect();
    upstream.fail({ operation: operations.create, instead: tooMany, times: 2 });
    const { id } = await create();
    await harbour.pass(120);
    expect(upstream.servers.size).toBe(1);
    upstream.fail({ operation: operations.destroy, instead: tooMany, times: 2 });
    await call(deploy.cancel, { operation: id });
    await harbour.pass(600);
    expect(upstream.servers.size).toBe(0);
    expect(await harbour.operation(id)).toMatchObject({ outcome: "cancelled" });
  });

  it("that is called off while the provider works on it leaves nothing there", async () => {
    await connect();
    upstream.pace.polls = 3;
    const { id } = await create();
    await harbour.pass(3);
    await call(deploy.cancel, { operation: id });
    await harbour.pass(300);
    expect(upstream.servers.size).toBe(0);
  });

  it("whose server never starts is destroyed, and says so", async () => {
    await connect();
    upstream.pace.ends = "error";
    const { id } = await create();
    await harbour.pass(120);
    expect(await harbour.operation(id)).toMatchObject({ outcome: "failed" });
    expect(upstream.servers.size).toBe(0);
  });

  it("keeps no credential that the provider refuses, and shows the one it keeps to nobody", async () => {
    const wrong = call(deploy.credential, { provider, credential: "wrong-token" });
    await expect(wrong).rejects.toEqual(refused("credential_refused"));
    await connect();
    const seen = JSON.stringify([await harbour.rows("connections"), await call(status.overview, {})]);
    expect(seen).not.toContain(TOKENS[provider]);
    expect(await call(status.overview, {})).toMatchObject({ connections: [{ provider, state: "connected" }] });
  });

  it("begins with an account that a person allows, and whose token they type on a page that takes it once", async () => {
    const asked = await harbour.approved(() => call(deploy.connect, { provider }));
    const page = harbour.host.as(asked.token).backend;
    expect(await page.call(pages.secret, {})).toMatchObject({ provider, level: "global" });
    await expect(page.call(pages.submitSecret, { value: "wrong-token" })).rejects.toEqual(
      refused("credential_refused"),
    );
    const twoLines = page.call(pages.submitSecret, { value: `${TOKENS[provider]}\nand more` });
    await expect(twoLines).rejects.toEqual(refused("invalid_input"));
    await page.call(pages.submitSecret, { value: ` ${TOKENS[provider]}\n` });
    expect(await call(status.overview, {})).toMatchObject({ connections: [{ provider, state: "connected" }] });
    await expect(page.call(pages.secret, {})).rejects.toEqual(refused("unauthenticated"));
    expect(await call(secrets.list, {})).toEqual({ secrets: [] });
  });

  it("counts into the month's cost", async () => {
    await connect();
    await create();
    await harbour.pass(10);
    expect((await call(status.overview, {})).cost).toMatchObject([{ monthly: expect.any(Number) }]);
  });
});
