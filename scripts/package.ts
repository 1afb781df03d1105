/** `npm run package`: everything that a release consists of, in `release/`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./build.ts";
import { buildBundle, registryEntry } from "./mcpb.ts";

const release = fileURLToPath(new URL("../release", import.meta.url));
rmSync(release, { recursive: true, force: true });
mkdirSync(release);
const dist = join(release, "package");
await buildPackage(dist);
const tarball = execFileSync("npm", ["pack", "--silent", "--pack-destination", release], {
  cwd: dist,
  encoding: "utf8",
});
const bundle = join(release, "moorage.mcpb");
await buildBundle(dist, bundle);
writeFileSync(join(release, "server.json"), `${JSON.stringify(registryEntry(), null, 2)}\n`);
for (const file of [join(release, tarball.trim()), bundle, join(release, "server.json")]) {
  console.log(`${file}: ${Math.ceil(statSync(file).size / 1024)} kB`);
}
