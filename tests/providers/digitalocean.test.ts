import { digitalocean } from "@moorage/convex/model/providers/digitalocean";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DIGITALOCEAN_TOKEN,
  type DigitalOceanDouble,
  digitaloceanRefusal,
  openDigitalOcean,
} from "../support/providers/digitalocean.ts";
import { hasSpecs, SPECS_NOTE } from "../support/providers/specs.ts";

describe.skipIf(!hasSpecs)(`digitalocean's own ways${SPECS_NOTE}`, () => {
  let upstream: DigitalOceanDouble;
  const provider = () => digitalocean({ credential: DIGITALOCEAN_TOKEN, fetch: upstream.fetch });
  const labels = { owner: "tenant1", deployment: "deployment1", attempt: "attempt1" };
  const place = { region: "fra1", size: "s-2vcpu-4gb" };
  const request = { name: "agent-1", labels, ...place, userData: "#cloud-config\n{}\n" };
  beforeEach(() => {
    upstream = openDigitalOcean();
  });
  afterEach(() => expect(upstream.breaches).toEqual([]));

  it("a server whose tags are not there yet is found by its name", async () => {
    upstream.tagging.looks = 3;
    upstream.fail({ operation: "droplets_create", lost: "after" });
    expect(await provider().createServer(request)).toMatchObject({ class: "unknown", retryAfterMs: 30_000 });
    expect(await provider().createServer(request)).toMatchObject({ ok: true });
    expect(upstream.servers.size).toBe(1);
  });

  it("of two that one attempt came to, the older stays", async () => {
    await provider().createServer(request);
    const [id] = upstream.servers.keys();
    upstream.servers.set(id! + 500, { ...upstream.servers.get(id!)!, id: id! + 500 });
    expect(await provider().createServer(request)).toMatchObject({ ok: true, server: { id: String(id) } });
    expect([...upstream.servers.keys()]).toEqual([id]);
  });

  it("a refusal is explained by the account and the catalog, since the answer says it only in prose", async () => {
    const refused = async (asked: object) => provider().createServer({ ...request, ...asked });
    expect(await refused({ size: "s-8vcpu-16gb" })).toMatchObject({ class: "unavailable" });
    expect(await refused({ region: "nyc3" })).toMatchObject({ class: "unavailable" });
    upstream.account.droplet_limit = 0;
    expect(await refused({})).toMatchObject({
      class: "quota",
      message: expect.stringContaining("limit of 0 droplets"),
    });
    upstream.account.status = "locked";
    expect(await refused({})).toMatchObject({ class: "auth" });
    expect(await provider().verifyCredential()).toMatchObject({ ok: false, class: "auth" });
  });

  it("a change is tried again where another is pending, which it refuses in the same words as a change already made", async () => {
    await provider().createServer(request);
    const [machine] = upstream.servers.values();
    machine!.locked = true;
    for (const change of ["start", "stop", "restart"] as const) {
      expect(await provider().power(String(machine!.id), change)).toMatchObject({ ok: false, class: "retryable" });
    }
    machine!.locked = false;
    expect(await provider().power(String(machine!.id), "restart")).toMatchObject({ ok: true });
  });

  it("the hourly limit names the moment it ends, not the seconds", async () => {
    const reset = String(Math.ceil(Date.now() / 1_000) + 60);
    const hourly = { ...digitaloceanRefusal(429, "too_many_requests"), headers: { "ratelimit-reset": reset } };
    upstream.fail({ operation: "droplets_list", instead: hourly });
    const answer = await provider().list({ owner: "tenant1" });
    expect(answer).toMatchObject({ class: "retryable" });
    expect(!answer.ok && answer.retryAfterMs).toBeGreaterThan(50_000);
  });

  it("whoever the token belongs to is told", async () => {
    expect(await provider().verifyCredential()).toEqual({ ok: true, account: "sammy@example.com" });
  });
});
