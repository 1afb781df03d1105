/** Heartbeats end at the door: one interface, kept in memory or in Durable Objects. */
import { randomUUID } from "node:crypto";
import * as deployContracts from "@moorage/shared/contracts/deploy";
import * as contracts from "@moorage/shared/contracts/instances";
import * as keys from "@moorage/shared/contracts/keys";
import * as secrets from "@moorage/shared/contracts/secrets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HEARING_HOSTS, type HearingHost } from "../support/hearing-hosts.ts";
import type { Caller } from "../support/hosts.ts";
import { BEAT, deploy, enrolled, rowOf, update } from "../support/servers.ts";
import { call } from "../support/wire.ts";

const SOON = { timeout: 10_000 };

describe.each(HEARING_HOSTS)("servers heard in $name", ({ open }) => {
  let host: HearingHost;
  let owner: Caller;
  beforeAll(async () => {
    host = await open();
    owner = await host.admit();
  });
  afterAll(() => host.close());

  const healthOf = async (deployment: string) =>
    (await owner.backend.call(deployContracts.get, { deployment })).deployment.health;
  const settled = () => expect.poll(() => host.reached(), { ...SOON, interval: 1_000 }).toEqual([]);

  it("are answered without a call to Convex for each heartbeat, and told of at once when they change", async () => {
    const server = await enrolled(host, owner);
    await server.backend.call(contracts.heartbeat, BEAT);
    await expect.poll(() => healthOf(server.deploymentId), SOON).toBe("healthy");
    await settled();
    for (let at = 0; at < 20; at++)
      expect(await server.backend.call(contracts.heartbeat, { ...BEAT, load: at })).toMatchObject({ generation: 1 });
    expect(host.reached()).toEqual([]);
    await server.backend.call(contracts.heartbeat, { ...BEAT, container: "stopped" });
    await expect.poll(() => healthOf(server.deploymentId), SOON).toBe("degraded");
    expect(host.reached().filter((path) => path !== "deploy:get" && path !== "keys:resolve")).toEqual([
      "presence:flush",
    ]);
  });

  it("are told by their first heartbeat's answer what they are to do", async () => {
    const server = await enrolled(host, owner);
    const generation = await update(host, server, { model: "openai/gpt-5" });
    expect(await server.backend.call(contracts.heartbeat, BEAT)).toMatchObject({ generation });
  });

  it("hear of a rotated secret with the next heartbeat after the call", async () => {
    const name = `ROTATED_${randomUUID().slice(0, 4)}`;
    await owner.backend.call(secrets.generate, { name });
    const server = await enrolled(host, owner, { configuration: { secrets: [name] } });
    const { secretsAt } = await server.backend.call(contracts.secrets, {});
    const beat = { ...BEAT, secrets: [{ name, version: 1 }] };
    expect((await server.backend.call(contracts.heartbeat, beat)).secretsAt).toBe(secretsAt);
    await owner.backend.call(secrets.rotate, { name });
    await expect
      .poll(async () => (await server.backend.call(contracts.heartbeat, beat)).secretsAt, SOON)
      .toBeGreaterThan(secretsAt);
  });

  it("are refused once their key is revoked", async () => {
    const server = await enrolled(host, owner);
    await server.backend.call(contracts.heartbeat, BEAT);
    const { keyId } = await rowOf(host, server.instanceId);
    await owner.backend.call(keys.revoke, { id: keyId });
    const caller = { ...owner, ...server };
    await expect
      .poll(async () => (await call(caller, contracts.heartbeat, BEAT)).errorMessage, SOON)
      .toBe("unauthenticated");
  });

  it("are not spoken for by who knows a key's id alone, nor by a key that is no server's", async () => {
    const server = await enrolled(host, owner);
    await server.backend.call(contracts.heartbeat, BEAT);
    const other = await enrolled(host, owner);
    const [id, theirs] = [server.key.slice(5, 21), other.key.slice(5, 21)];
    const forged = { ...owner, ...host.as(other.key.replace(theirs, id)) };
    expect((await call(forged, contracts.heartbeat, BEAT)).errorMessage).toBe("unauthenticated");
    const plain = await host.admit({ scopes: ["instance"] });
    expect((await call(plain, contracts.heartbeat, BEAT)).errorMessage).toBe("invalid_input");
    const { token } = await deploy(host, owner);
    expect((await call({ ...owner, ...host.as(token) }, contracts.heartbeat, BEAT)).errorMessage).toBe("missing_scope");
  });

  it("are told what is wrong with a heartbeat that is none", async () => {
    const server = await enrolled(host, owner);
    const caller = { ...owner, ...server };
    await call(caller, contracts.heartbeat, BEAT);
    expect(await call(caller, contracts.heartbeat, { ...BEAT, container: "sunk" })).toMatchObject({
      errorMessage: "invalid_input",
      errorData: { message: expect.stringContaining("container: must be one of") },
    });
  });
});
