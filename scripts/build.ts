/** Builds the npm package into `mcp-server/dist`: one small entry, its chunks, and no dependency to install. */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "mcp-server");

/** Modules named `*.static.ts` are evaluated now; what ships is their value. */
const evaluated: Plugin = {
  name: "evaluated",
  setup({ onLoad }) {
    onLoad({ filter: /\.static\.ts$/ }, async ({ path }) => {
      const module: Record<string, unknown> = await import(pathToFileURL(path).href);
      const values = Object.entries(module).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
      return { contents: values.join("\n"), loader: "js" };
    });
  },
};

/** What libraries carry along and nothing here reaches: half of the package otherwise. */
const slim: Plugin = {
  name: "slim",
  setup({ onLoad }) {
    // The SDK's server makes a JSON Schema validator for elicitation's answers, which is not used.
    onLoad({ filter: /sdk[/\\]dist[/\\]esm[/\\]validation[/\\]ajv-provider\.js$/ }, () => ({
      contents: "export class AjvJsonSchemaValidator {}",
    }));
    // Convex's reactive client, with the WebSocket library it brings to Node; calls go by HTTP.
    onLoad({ filter: /convex[/\\]dist[/\\]esm[/\\]browser[/\\]simple_client-node\.js$/ }, () => ({
      contents: "export class ConvexClient {}",
    }));
    onLoad({ filter: /zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

/** The entry's `import()` of a part becomes that of the part's built file. */
const builtParts: Plugin = {
  name: "built-parts",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(kernel|cli|help)\.ts$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: path.replace(".ts", ".js").replace("./", "./parts/"), external: true } : null,
    );
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  conditions: ["convex"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

export interface Built {
  /** The executable. */
  entry: string;
  bytes: number;
}

/** Tests build into a directory of their own. */
export async function buildPackage(out = join(source, "dist")): Promise<Built> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const outputs = await Promise.all([
    // One file, apart from what it loads later: each further file costs the start a millisecond.
    build({
      ...common,
      entryPoints: { moorage: join(source, "src/index.ts") },
      outdir: out,
      plugins: [evaluated, builtParts],
    }),
    build({
      ...common,
      entryPoints: ["kernel", "cli", "help"].map((part) => join(source, `src/${part}.ts`)),
      outdir: join(out, "parts"),
      splitting: true,
      plugins: [evaluated, slim],
      // CommonJS among the dependencies asks for Node's modules by `require`.
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    }),
  ]);
  writeManifest(out);
  cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
  cpSync(join(source, "README.md"), join(out, "README.md"));
  const entry = join(out, "moorage.js");
  writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, "utf8")}`, { mode: 0o755 });
  const files = outputs.flatMap(({ metafile }) => Object.keys(metafile?.outputs ?? {}));
  return { entry, bytes: files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0) };
}

/** The package as it is published, from here alone: everything is bundled, so it names no dependency. */
function writeManifest(out: string) {
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(source, "package.json"), "utf8"),
  ) as Record<string, unknown>;
  const manifest = { name, version, description, license, type, engines, bin: { moorage: "moorage.js" } };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (import.meta.main) {
  const { entry, bytes } = await buildPackage();
  console.log(`${entry} and its chunks: ${Math.round(bytes / 1024)} kB`);
}
