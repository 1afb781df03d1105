import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { EMBEDDED, embeddedScripts } from "../../scripts/host-scripts.ts";

const generated = new URL("../../convex/_generated/", import.meta.url);

const contents = () => readdirSync(generated).map((file) => [file, readFileSync(new URL(file, generated), "utf8")]);

it("convex/_generated is what Convex's own code generation writes (npm run codegen renews it)", async () => {
  const committed = contents();
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL("../../scripts/codegen.ts", import.meta.url))]);
  const written = contents();
  // Put back as it was: a test that mends what it judges would pass the second time.
  for (const [file, text] of committed) writeFileSync(new URL(file!, generated), text!);
  expect(written).toEqual(committed);
});

it("the scripts that servers get are those of convex/model/server/scripts (npm run codegen renews them)", () => {
  expect(readFileSync(EMBEDDED, "utf8")).toBe(embeddedScripts());
});
