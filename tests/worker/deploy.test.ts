/** What `wrangler deploy` would upload, made without a network and without an account. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const worker = fileURLToPath(new URL("../../worker", import.meta.url));
const wrangler = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));

describe("the Worker as it is deployed", () => {
  let out: string;
  let said: string;
  let bundle: string;
  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), "moorage-test-"));
    const { stdout } = await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", out], {
      cwd: worker,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" },
    });
    said = stdout;
    bundle = readFileSync(join(out, "index.js"), "utf8");
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it("is given a rate limit, and no setting or secret of any one deployment", () => {
    expect(said).toContain("env.RATE_LIMITER");
    expect(said).not.toMatch(/env\.(CONVEX_URL|MOORAGE_)/);
  });

  it("needs nothing of Node", () => {
    expect(bundle).not.toMatch(/(from|require\()\s*["'](node:|fs|path|crypto)/);
  });

  it("carries what it uses and no more: half a megabyte before compression", () => {
    expect(bundle.length).toBeLessThan(500_000);
  });
});
