import { hetzner } from "@moorage/convex/model/providers/hetzner";
import type { FailureClass } from "@moorage/convex/model/providers/types";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HETZNER_TOKEN, type HetznerDouble, hetznerRefusal, openHetzner } from "../support/providers/hetzner.ts";
import { hasSpecs, SPECS_NOTE } from "../support/providers/specs.ts";

describe.skipIf(!hasSpecs)(`hetzner's own ways${SPECS_NOTE}`, () => {
  let upstream: HetznerDouble;
  const provider = () => hetzner({ credential: HETZNER_TOKEN, fetch: upstream.fetch });
  const labels = { owner: "tenant1", deployment: "deployment1", attempt: "attempt1" };
  const request = { name: "agent-1", labels, region: "fsn1", size: "cx23", userData: "#cloud-config\n{}\n" };
  beforeEach(() => {
    upstream = openHetzner();
  });
  afterEach(() => expect(upstream.breaches).toEqual([]));

  it.each<[status: number, code: string, means: FailureClass]>([
    [403, "token_readonly", "auth"],
    [403, "forbidden", "auth"],
    [403, "resource_limit_exceeded", "quota"],
    [422, "resource_unavailable", "unavailable"],
    [422, "placement_error", "unavailable"],
    [409, "conflict", "retryable"],
    [423, "locked", "retryable"],
    [422, "invalid_input", "rejected"],
    [504, "timeout", "unknown"],
  ])("a create refused with %i %s is %s", async (status, code, means) => {
    upstream.fail({ operation: "create_server", instead: hetznerRefusal(status, code) });
    expect(await provider().createServer(request)).toMatchObject({ ok: false, class: means });
    expect(upstream.servers.size).toBe(0);
  });

  it("a name that was taken between the look and the create is this attempt's own, or left alone", async () => {
    await provider().createServer(request);
    const [id] = upstream.servers.keys();
    // The look before the create comes too early to see it.
    const empty = {
      pagination: { page: 1, per_page: 50, previous_page: null, next_page: null, last_page: 1, total_entries: 0 },
    };
    const early = { operation: "list_servers", instead: { status: 200, body: { servers: [], meta: empty } } };
    upstream.fail(early);
    expect(await provider().createServer(request)).toMatchObject({ ok: true, server: { id: String(id) } });
    upstream.fail(early);
    const other = { ...request, labels: { ...labels, attempt: "attempt2" } };
    expect(await provider().createServer(other)).toMatchObject({ ok: false, class: "name_taken" });
    expect(upstream.servers.size).toBe(1);
  });

  it("prices are without tax, with the address, in the account's currency; what is sold out or ends is not offered", async () => {
    const answer = await provider().catalog();
    expect(answer).toMatchObject({
      catalog: {
        sizes: [
          { id: "cx23", offers: [{ region: "fsn1", price: { monthly: 3.99, hourly: 0.0064, currency: "EUR" } }] },
        ],
      },
    });
  });

  it("a refusal to stop what is off already is no failure", async () => {
    await provider().createServer(request);
    const id = String([...upstream.servers.keys()][0]);
    await provider().power(id, "stop", true);
    const refusal = { operation: "shutdown_server", instead: hetznerRefusal(422, "invalid_input") };
    upstream.fail(refusal);
    expect(await provider().power(id, "stop")).toEqual({ ok: true, pending: [] });
    await provider().power(id, "start");
    upstream.fail(refusal);
    expect(await provider().power(id, "stop")).toMatchObject({ ok: false, class: "rejected" });
  });
});
