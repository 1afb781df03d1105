/** Deployments by the functions alone, wherever they run; what comes of them with time is in tests/deploy. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

const refused = (code: string) => expect.objectContaining({ code });

describe.each(HOSTS)("deployments in $name", ({ open }) => {
  let host: Host;
  let me: Caller;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    me = await host.admit();
  });

  const call: Caller["backend"]["call"] = (contract, args) => me.backend.call(contract, args);
  async function create(name: string, plan: object = {}) {
    const { planId } = await call(deploy.plan, { name, provider: "simulated", ...plan });
    const wait = await call(deploy.create, { planId });
    const { approval } = await call(approvals.get, { id: "approvalId" in wait ? wait.approvalId : "" });
    await call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "approve" });
    const made = await call(deploy.create, { planId });
    if (made.status !== "started") throw new Error(`answered ${made.status}`);
    return made;
  }

  it("are planned with a price and what a person will be asked, and what still has to be done is said", async () => {
    const plan = await call(deploy.plan, { name: "quay", provider: "simulated", agent: "cook" });
    expect(plan).toMatchObject({ simulated: true, price: { monthly: 0 }, pricedAt: expect.any(String) });
    expect(plan.lines).toContain("It gets no secret.");
    expect((await call(deploy.catalog, {})).providers).toEqual([
      { provider: "hetzner", needs: expect.stringMatching(/public_url|connection/) },
      { provider: "digitalocean", needs: expect.stringMatching(/public_url|connection/) },
      { provider: "host", needs: expect.stringMatching(/public_url|nothing/) },
      { provider: "simulated", simulated: true, needs: "nothing" },
    ]);
  });

  it("are listed newest first, a page at a time, and found by name and id", async () => {
    for (const name of ["one", "two", "three"]) await create(name);
    const first = await call(deploy.list, { limit: 2 });
    expect(first.deployments.map(({ name }) => name)).toEqual(["three", "two"]);
    const rest = await call(deploy.list, { limit: 2, cursor: first.cursor });
    expect(rest.deployments.map(({ name }) => name)).toEqual(["one"]);
    const { deployment } = await call(deploy.get, { deployment: "two" });
    expect((await call(deploy.get, { deployment: deployment.id })).deployment.name).toBe("two");
    await expect(call(deploy.list, { all: true, cursor: first.cursor })).rejects.toEqual(refused("bad_cursor"));
  });

  it("name secrets that are there, and the person who approves is told which", async () => {
    const plan = { name: "quay", provider: "simulated", secrets: ["OPENAI_API_KEY"] };
    await expect(call(deploy.plan, plan)).rejects.toEqual(refused("not_found"));
    await call(secrets.generate, { name: "OPENAI_API_KEY" });
    expect((await call(deploy.plan, plan)).lines).toContain("It gets the secret OPENAI_API_KEY.");
  });

  it("are followed by their operation, and leave a record of each change", async () => {
    const { operation } = await create("quay");
    expect(await call(status.operation, { operation: operation.id })).toMatchObject({ operation: { kind: "create" } });
    const { events } = await call(status.events, { deployment: "quay" });
    expect(events.at(-1)).toMatchObject({ source: "moorage", kind: "operation", message: "create_server" });
    expect(await call(status.logs, { deployment: "quay" })).toEqual({
      simulated: true,
      status: "here",
      lines: ["Simulated: no agent runs there, so there is no log."],
    });
  });

  it.each([
    ["a name that is no host's", { name: "Quay_1", provider: "simulated" }],
    ["a provider that there is not", { name: "quay", provider: "aws" }],
    ["a size that is not offered", { name: "quay", provider: "simulated", size: "huge" }],
    ["a region that is not there", { name: "quay", provider: "simulated", region: "atlantis" }],
  ])("are not planned with %s", async (_what, plan) => {
    await expect(call(deploy.plan, plan)).rejects.toEqual(refused("invalid_input"));
  });

  it.each([
    ["an image without a tag", { image: "ghcr.io/openclaw/openclaw" }],
    ["an image by a tag that moves", { image: "ghcr.io/openclaw/openclaw:latest" }],
    ["an image that is a command", { image: "x:1; reboot" }],
    ["an origin with a path", { urls: ["https://a.example.com/x"] }],
    ["an origin without TLS", { urls: ["http://a.example.com"] }],
    ["a channel with a line break", { channels: ["tele\ngram"] }],
  ])("are not changed to %s", async (_what, change) => {
    await expect(call(deploy.update, { deployment: "quay", ...change })).rejects.toEqual(refused("invalid_input"));
  });
});
