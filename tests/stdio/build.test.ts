/** Building over a package that a server may be running from. */
import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";

let home: string;
let out: string;
const parts = () => readdirSync(join(out, "parts"));
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-build-"));
  out = join(home, "dist");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it("a build keeps the parts of the one before, drops those long out of use, and leaves nothing beside it", async () => {
  await buildPackage(out);
  const own = parts();
  // As if the last build had been a week ago, with a part of its own and one that was out of use by then.
  for (const [name, days] of [
    ["chunk-LAST.js", 7],
    ["chunk-OLDER.js", 9],
    ["../moorage.js", 7],
  ] as const) {
    if (name.startsWith("chunk")) writeFileSync(join(out, "parts", name), "");
    utimesSync(join(out, "parts", name), daysAgo(days), daysAgo(days));
  }
  await buildPackage(out);
  expect(parts().sort()).toEqual([...own, "chunk-LAST.js"].sort());
  expect(readdirSync(home)).toEqual(["dist"]);
});

it("a build that fails leaves the one before whole", async () => {
  await buildPackage(out);
  // Beside a folder of so long a name there can be none of a longer one, so the new build has no place.
  const crowded = join(home, "d".repeat(250));
  renameSync(out, crowded);
  const before = readdirSync(crowded, { recursive: true });
  await expect(buildPackage(crowded)).rejects.toThrow(/too ?long/i);
  expect(readdirSync(crowded, { recursive: true })).toEqual(before);
});
