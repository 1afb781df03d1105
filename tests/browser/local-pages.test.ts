/** The pages that an embedded server opens on this machine, in a real browser: without script, on a phone's screen. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { connectClient } from "../stdio/support/client.ts";

const CHROMIUM = process.env["MOORAGE_CHROMIUM"] ?? "/usr/bin/chromium";

describe.skipIf(!existsSync(CHROMIUM))(
  "pages of this machine in Chromium (needs one; MOORAGE_CHROMIUM says where)",
  () => {
    const out = mkdtempSync(join(tmpdir(), "moorage-browser-"));
    let server: Awaited<ReturnType<typeof connectClient>>;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      const { entry } = await buildPackage(join(out, "built"));
      const env = { MOORAGE_DATA_DIR: join(out, "data"), MOORAGE_CONFIG_DIR: join(out, "config") };
      server = await connectClient(entry, env);
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
      const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, javaScriptEnabled: false };
      page = await (await browser.newContext(phone)).newPage();
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      rmSync(out, { recursive: true });
    });

    const call = async (name: string, input: Record<string, unknown> = {}) =>
      (await server.call(name, input)).structuredContent;
    const heading = () => page.getByRole("heading").textContent();
    /** Pictures for whoever wants to look: MOORAGE_SCREENSHOTS names a folder. */
    const picture = async (name: string) => {
      const folder = process.env["MOORAGE_SCREENSHOTS"];
      if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
    };

    it("take a secret and give an approval, and the calls go ahead", async () => {
      const { page: typing } = await call("secret_set", { name: "STRIPE_API_KEY", agent: "bookkeeper" });
      await page.goto(String(typing));
      await picture("local-secret");
      await page.getByLabel("Value").fill("typed-on-a-phone");
      await page.getByRole("button", { name: "Save" }).click();
      expect(await heading()).toBe("Saved");
      await picture("local-saved");
      await page.goto(String(typing));
      expect(await heading()).toBe("This page is over");
      await picture("local-over");

      const copy = { name: "STRIPE_API_KEY", agent: "bookkeeper", toLevel: "default" };
      const { page: approving } = await call("secret_copy", copy);
      await page.goto(String(approving));
      await picture("local-approve");
      await page.getByRole("button", { name: "Approve" }).click();
      expect(await heading()).toBe("Approved");
      await picture("local-approved");
      expect(await call("secret_copy", copy)).toMatchObject({ status: "done", secret: { level: "default" } });
    });
  },
);
