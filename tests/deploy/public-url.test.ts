/** The address at which a server has to report in, and who can reach it. */
import * as deploy from "@moorage/shared/contracts/deploy";
import { CLOUDS } from "@moorage/shared/deployment";
import { afterEach, describe, expect, it } from "vitest";
import { type Host, keySet, openInProcess } from "../support/hosts.ts";

let host: Host;
afterEach(() => host.close());

async function planner(url: string) {
  const env = { MOORAGE_MASTER_KEYS: keySet(), MOORAGE_AUDIT_KEYS: keySet(), MOORAGE_PUBLIC_URL: url };
  host = await openInProcess({ env });
  const { backend } = await host.admit();
  return {
    plan: (provider: string) => backend.call(deploy.plan, { name: "quay", provider }),
    needs: async () => (await backend.call(deploy.catalog, {})).providers,
  };
}

describe.each([
  "https://localhost",
  "https://127.0.0.1:8443",
  "https://169.254.169.254",
  "https://10.0.0.7",
  "https://[::1]",
  "https://moorage",
  "https://moorage.lan:8443",
])("an address that leads elsewhere from elsewhere, %s", (url) => {
  it("is refused for a server at a cloud, which would be paid for and never heard", async () => {
    const { plan, needs } = await planner(url);
    for (const cloud of CLOUDS) {
      await expect(plan(cloud)).rejects.toMatchObject({
        code: "needs_public_url",
        message: expect.stringContaining(`A server at ${cloud} could not report in: ${url} must name a`),
      });
      expect(await needs()).toContainEqual({ provider: cloud, needs: "public_url" });
    }
  });

  it("does for a machine of one's own, which may be in the same network or this one", async () => {
    const { plan, needs } = await planner(url);
    expect(await plan("host")).toMatchObject({ planId: expect.any(String) });
    expect(await needs()).toContainEqual({ provider: "host", needs: "nothing" });
  });
});

it("a public address does for all, with a port or without", async () => {
  for (const url of ["https://moorage.example.com", "https://moorage.example.com:8443"]) {
    const { plan } = await planner(url);
    for (const cloud of CLOUDS) await expect(plan(cloud)).rejects.toMatchObject({ code: "not_connected" });
    await plan("host");
  }
});
