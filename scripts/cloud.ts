/**
 * The part of the package that `moorage up` lays out and deploys: the functions as plain JavaScript that needs nothing of
 * the workspace, the Worker in one file, and the versions of the tools that deploy them.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { parse } from "jsonc-parser";

const root = fileURLToPath(new URL("..", import.meta.url));
const functions = join(root, "convex");

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "esnext",
  conditions: ["convex", "module"],
  minify: true,
  // Convex's own bundler asks functions for their names.
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
};

/** Files that Convex's CLI deploys: one dot in the name. Helpers below `lib` and `model` are part of those that use them. */
const modules = () => readdirSync(functions).filter((name) => /^[^.]+\.ts$/.test(name));

/** All of it in one file: a map of paths to texts as JSON, compressed to a fifth. */
export async function packCloud(file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-cloud-"));
  try {
    await buildCloud(folder);
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")];
    });
    writeFileSync(file, brotliCompressSync(JSON.stringify(Object.fromEntries(texts))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function buildCloud(out: string): Promise<void> {
  mkdirSync(join(out, "convex"), { recursive: true });
  await Promise.all([
    build({
      ...common,
      entryPoints: [...modules(), "auth.config.ts"].map((name) => join(functions, name)),
      outdir: join(out, "convex"),
      outbase: functions,
      platform: "browser",
      // As modules, of which what nobody uses stays out.
      alias: { yaml: join(root, "convex/node_modules/yaml/browser/dist/index.js") },
      splitting: true,
      // The CLI takes every file with one dot in its name for functions of its own; these have two.
      chunkNames: "chunk-[hash].shared",
      external: ["node:async_hooks", "async_hooks"],
    }),
    // Components are found by their packages, which are installed beside it.
    build({
      ...common,
      entryPoints: [join(functions, "convex.config.ts")],
      outdir: join(out, "convex"),
      packages: "external",
    }),
    build({
      ...common,
      entryPoints: [join(root, "worker/src/index.ts")],
      outfile: join(out, "worker/index.js"),
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*"],
    }),
  ]);
  writeFileSync(join(out, "convex.json"), `${JSON.stringify({ functions: "convex/" })}\n`);
  writeJson(join(out, "wrangler.json"), workerConfig());
  writeJson(join(out, "package.json"), tools());
}

const writeJson = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

function workerConfig(): unknown {
  const { $schema: _, ...config } = parse(readFileSync(join(root, "worker/wrangler.jsonc"), "utf8")) as Record<
    string,
    unknown
  >;
  return { ...config, main: "worker/index.js" };
}

/** Exactly what this release was tested with. */
function tools(): unknown {
  const version = (manifest: string) => (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  const of = (folder: string, name: string) => version(join(root, folder, "node_modules", name, "package.json"));
  const limiter = "@convex-dev/rate-limiter";
  return {
    name: "moorage-cloud",
    private: true,
    type: "module",
    dependencies: { convex: of(".", "convex"), wrangler: of(".", "wrangler"), [limiter]: of("convex", limiter) },
  };
}
