/** The folder from which a deployment is made: the files of this release, and the tools that deploy them. */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { AppError } from "@moorage/shared/errors";
import { must, type Tools } from "./tools.ts";

/** Beside this program's own entry: paths and texts, compressed. */
const shipped = () => join(dirname(realpathSync(process.argv[1] ?? "")), "cloud.br");

/** Lays the files out anew; only tools that are installed already stay. */
export function layOut(folder: string): void {
  const packed = shipped();
  if (!existsSync(packed)) {
    throw new AppError("setup", "This copy of Moorage has no files to deploy.", {
      hint: "Run moorage up from the npm package, or build it: npm run build.",
    });
  }
  const files = JSON.parse(brotliDecompressSync(readFileSync(packed)).toString()) as Record<string, string>;
  for (const part of ["convex", "worker"]) rmSync(join(folder, part), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), text);
  }
}

export async function installTools(folder: string, tools: Tools): Promise<void> {
  if (isInstalled(folder)) return;
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  await must(
    tools,
    { command: "npm", args, title: "Installing convex and wrangler", withoutAccounts: true },
    "Look at the network and at npm's settings, then run moorage up again.",
  );
}

/** Exactly the versions that this release was tested with. */
export function isInstalled(folder: string): boolean {
  if (!existsSync(join(folder, "package.json"))) return false;
  const { dependencies } = manifestAt(folder) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const path = join(folder, "node_modules", name);
    return existsSync(path) && (manifestAt(path) as { version: string }).version === version;
  });
}

const manifestAt = (folder: string): unknown => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
