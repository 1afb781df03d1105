/** What the state machine relies on, for each cloud's adapter before a double that checks both sides by the API's description. */
import type { Outcome, Provider, Server, ServerRequest } from "@moorage/convex/model/providers/types";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLOUDS } from "../support/providers/clouds.ts";
import type { Fault } from "../support/providers/double.ts";
import { hasSpecs, SPECS_NOTE } from "../support/providers/specs.ts";

describe.skipIf(!hasSpecs).each(CLOUDS)(`$name${SPECS_NOTE}`, (cloud) => {
  const { operations, tooMany, down } = cloud;
  let upstream: ReturnType<typeof cloud.open>;
  let provider: Provider;
  let request: ServerRequest;
  beforeEach(() => {
    upstream = cloud.open();
    provider = cloud.adapter(upstream);
    const labels = { owner: "tenant1", deployment: "deployment1", attempt: "attempt1" };
    request = { name: "agent-attempt1", labels, ...cloud.place, userData: "#cloud-config\n{}\n" };
  });
  afterEach(() => expect(upstream.breaches).toEqual([]));

  const done = <T>(outcome: Outcome<T>): T => {
    if (!outcome.ok) throw new Error(`${outcome.class}: ${outcome.message}`);
    return outcome;
  };
  const create = async (): Promise<{ server: Server; pending: string[] }> => done(await provider.createServer(request));

  describe("a server", () => {
    it("is made with what was asked for, and found again by its labels", async () => {
      const { server } = await create();
      expect(server).toMatchObject({ name: "agent-attempt1", state: "starting", labels: request.labels });
      expect(upstream.requests.find(({ operation }) => operation === operations.create)?.body).toMatchObject({
        user_data: request.userData,
      });
      expect(done(await provider.findByLabel({ attempt: "attempt1" })).servers).toMatchObject([{ id: server.id }]);
      expect(done(await provider.findByLabel({ attempt: "attempt2" })).servers).toEqual([]);
      expect(done(await provider.list({ owner: "tenant1" })).servers).toMatchObject([{ id: server.id }]);
      expect(done(await provider.list({ owner: "tenant2" })).servers).toEqual([]);
    });

    it("is one, however often the same attempt asks for it", async () => {
      const first = await create();
      const again = await create();
      expect(again.server.id).toBe(first.server.id);
      expect(upstream.servers.size).toBe(1);
      expect(done(await provider.progress(again.server.id, again.pending)).state).toBe("running");
    });

    it("gets the account's own keys, or one that nobody holds: never a password", async () => {
      await create();
      expect(upstream.requests.at(-1)?.body).toMatchObject({ ssh_keys: [expect.anything()] });
      upstream.keys.length = 0;
      request = { ...request, name: "agent-attempt2", labels: { ...request.labels, attempt: "attempt2" } };
      await create();
      expect(upstream.keys).toEqual(["moorage-nobody"]);
      expect(upstream.requests.at(-1)?.body).toMatchObject({ ssh_keys: [expect.anything()] });
    });

    it("takes its time, and is ready when all of its actions are", async () => {
      upstream.pace.polls = 2;
      const { server, pending } = await create();
      const states: string[] = [];
      for (let asked = 0; asked < 4; asked++) states.push(done(await provider.progress(server.id, pending)).state);
      expect(states.slice(0, 2)).toEqual(["running", "running"]);
      expect(states.at(-1)).toBe("done");
      expect(done(await provider.getServer(server.id)).server?.state).toBe("running");
    });

    it("that cannot start says so", async () => {
      upstream.pace.polls = 0;
      upstream.pace.ends = "error";
      const { server, pending } = await create();
      expect(done(await provider.progress(server.id, pending)).state).toBe("failed");
    });

    it("that is gone is none, and its progress ends", async () => {
      const { server } = await create();
      upstream.servers.clear();
      expect(done(await provider.getServer(server.id)).server).toBeNull();
      expect(done(await provider.progress(server.id, [])).state).toBe("gone");
    });

    it("is stopped, started and restarted", async () => {
      const { server } = await create();
      for (const change of ["stop", "start", "restart"] as const) {
        expect(done(await provider.power(server.id, change)).pending).toHaveLength(1);
      }
      await provider.power(server.id, "stop", true);
      expect(done(await provider.getServer(server.id)).server?.state).toBe("off");
      // What is so already is no failure; what is gone is.
      expect(await provider.power(server.id, "stop")).toMatchObject({ ok: true });
      for (const change of ["start", "restart", "stop"] as const)
        expect(await provider.power("999999", change)).toMatchObject({ ok: false, class: "rejected" });
    });

    it("is destroyed, once or twice", async () => {
      const { server } = await create();
      expect(await provider.destroy(server.id)).toEqual({ ok: true });
      expect(await provider.destroy(server.id)).toEqual({ ok: true });
      expect(upstream.servers.size).toBe(0);
    });
  });

  describe("when a create goes wrong", () => {
    it.each<Omit<Fault, "operation"> & { says: string }>([
      { says: "its answer is lost after the work", lost: "after" },
      { says: "it is lost on its way", lost: "before" },
      { says: "the provider fails", instead: down },
    ])(
      "because $says, nobody knows, and the next call of the attempt comes to one server",
      async ({ says: _, ...fault }) => {
        upstream.fail({ operation: operations.create, ...fault });
        expect(await provider.createServer(request)).toMatchObject({ ok: false, class: "unknown" });
        await create();
        expect(upstream.servers.size).toBe(1);
      },
    );

    it("never two servers are there, whatever fails in whatever order", async () => {
      const fault = fc.record({
        operation: fc.constantFrom(operations.create, operations.look, operations.listKeys),
        how: fc.constantFrom(
          { lost: "after" as const },
          { lost: "before" as const },
          { instead: down },
          { instead: tooMany },
        ),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fault, { maxLength: 6 }), async (faults) => {
          upstream = cloud.open();
          provider = cloud.adapter(upstream);
          for (const { operation, how } of faults) upstream.fail({ operation, ...how });
          let made = await provider.createServer(request);
          for (let tries = 0; !made.ok && tries < 8; tries++) {
            expect(["retryable", "unknown"]).toContain(made.class);
            made = await provider.createServer(request);
          }
          expect([made.ok, upstream.servers.size, upstream.breaches]).toEqual([true, 1, []]);
        }),
        { numRuns: 25 },
      );
    });

    it("because another server has the name, that one is left alone", async () => {
      await create();
      const other = { ...request, labels: { ...request.labels, attempt: "attempt2" } };
      expect(await provider.createServer(other)).toMatchObject({ ok: false, class: "name_taken" });
      expect(upstream.servers.size).toBe(1);
    });
  });

  describe("refusals", () => {
    it("for too many calls say how long to wait, where the provider does", async () => {
      upstream.fail({ operation: operations.create, instead: { ...tooMany, headers: { "retry-after": "29" } } });
      expect(await provider.createServer(request)).toMatchObject({ class: "retryable", retryAfterMs: 29_000 });
      upstream.fail({ operation: operations.create, instead: { ...tooMany, headers: {} } });
      expect(await provider.createServer(request)).toMatchObject({ class: "retryable", retryAfterMs: 5_000 });
      upstream.fail({ operation: operations.create, instead: { ...tooMany, headers: { "retry-after": "99999999" } } });
      expect(await provider.createServer(request)).toMatchObject({ class: "retryable", retryAfterMs: 600_000 });
    });

    it("of a wrong token are about the credential, and nothing is made", async () => {
      const stranger = cloud.adapter(upstream, "some-other-token");
      expect(await stranger.verifyCredential()).toMatchObject({ ok: false, class: "auth" });
      expect(await stranger.createServer(request)).toMatchObject({ ok: false, class: "auth" });
      expect(upstream.servers.size).toBe(0);
      expect(await provider.verifyCredential()).toMatchObject({ ok: true });
    });

    it("pass on no word of the provider's, and no token", async () => {
      for (const instead of [tooMany, down, { ...tooMany, status: 418 }]) {
        upstream.fail({ operation: operations.look, instead });
        const failed = await provider.findByLabel({ attempt: "a" });
        expect(failed.ok).toBe(false);
        expect(JSON.stringify(failed)).not.toMatch(/upstream says|of-the-tests/);
      }
      // No operation is described to answer 418.
      upstream.breaches.length = 0;
    });
  });

  it("the catalog offers what can be had now, priced", async () => {
    const { catalog } = done(await provider.catalog());
    const [size, ...others] = catalog.sizes;
    expect(others).toEqual([]);
    expect(size).toMatchObject({
      id: cloud.place.size,
      cpus: 2,
      memoryMb: 4096,
      offers: [{ region: cloud.place.region }],
    });
    expect(size?.offers[0]?.price.monthly).toBeGreaterThan(0);
  });
});
