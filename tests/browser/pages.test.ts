/** The one-time pages in a real browser, without script, on a phone's screen. */
import { existsSync } from "node:fs";
import { serve } from "@moorage/engine/serve";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

const CHROMIUM = process.env["MOORAGE_CHROMIUM"] ?? "/usr/bin/chromium";

describe.skipIf(!existsSync(CHROMIUM))("the pages in Chromium (needs one; MOORAGE_CHROMIUM says where)", () => {
  let host: Host;
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;
  let agent: Caller;
  let owner: Caller;

  beforeAll(async () => {
    host = await openInProcess();
    owner = await host.admit();
    agent = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
    server = await serve((request) => agent.door.fetch(request), { host: "127.0.0.1", port: 0 });
    host.bindings.MOORAGE_PUBLIC_URL = server.url;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const phone = { viewport: { width: 390, height: 844 }, javaScriptEnabled: false, colorScheme: "light" as const };
    page = await (await browser.newContext(phone)).newPage();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await host.close();
  });

  /** Pictures for whoever wants to look: MOORAGE_SCREENSHOTS names a folder. */
  const picture = async (name: string) => {
    const folder = process.env["MOORAGE_SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  /** Nothing sticks out to the side, and what is to be touched is large enough for a thumb. */
  const expectGoodOnAPhone = async () => {
    const main = (await page.locator("main").boundingBox())!;
    expect(main.x).toBeGreaterThanOrEqual(0);
    expect(main.x + main.width).toBeLessThanOrEqual(390);
    for (const button of await page.locator("button").all())
      expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  };

  it("takes a secret that a person types, masked, and is over afterwards", async () => {
    const { token } = await agent.backend.call(secrets.request, { name: "STRIPE_API_KEY", agent: "bookkeeper" });
    await page.goto(`${server.url}/secret/${token}`);
    await expectGoodOnAPhone();
    await page.getByLabel("Value").fill("typed\nin two lines");
    expect(await page.getByLabel("Value").evaluate((field) => field.outerHTML)).not.toContain("typed");
    await picture("secret");
    await page.getByRole("button", { name: "Save" }).click();
    expect(await page.getByRole("heading").textContent()).toBe("Saved");
    await picture("saved");
    const { values } = await owner.backend.call(secrets.resolve, { agent: "bookkeeper" });
    expect(values[0]?.value).toBe("typed\nin two lines");
    await page.goto(`${server.url}/secret/${token}`);
    expect(await page.getByRole("heading").textContent()).toBe("This page is over");
    await picture("over");
  });

  it("takes an approval", async () => {
    await owner.backend.call(secrets.set, { name: "OLD_TOKEN", value: "v" });
    const remove = () => agent.backend.call(secrets.delete, { name: "OLD_TOKEN" });
    const wait = await remove();
    const id = "approvalId" in wait ? wait.approvalId : "";
    const { token } = await agent.backend.call(approvals.page, { id });
    await page.goto(`${server.url}/approve/${token}`);
    await expectGoodOnAPhone();
    await picture("approve");
    await page.getByRole("button", { name: "Approve" }).click();
    expect(await page.getByRole("heading").textContent()).toBe("Approved");
    expect(await remove()).toEqual({ status: "deleted" });
  });

  it("asks for a person's key under the policy owner", async () => {
    await owner.backend.call(approvals.setPolicy, { policy: "owner" });
    await owner.backend.call(secrets.set, { name: "OLDER_TOKEN", value: "v" });
    const wait = await agent.backend.call(secrets.delete, { name: "OLDER_TOKEN" });
    const id = "approvalId" in wait ? wait.approvalId : "";
    const { token } = await agent.backend.call(approvals.page, { id });
    await page.goto(`${server.url}/approve/${token}`);
    await page.getByLabel("Your key").fill(owner.door.apiKey);
    await picture("approve-owner");
    await page.getByRole("button", { name: "Approve" }).click();
    expect(await page.getByRole("heading").textContent()).toBe("Approved");
  });
});
