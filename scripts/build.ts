/** Builds the npm package into `mcp-server/dist`: one small entry, its chunks, and no dependency to install. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { packCloud } from "./cloud.ts";

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
    // The SDK's server makes a JSON Schema validator for elicitation's answers; ours are checked by zod.
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
  // Native, and only where a person has installed it: `src/keychain.ts` does without.
  external: ["@napi-rs/keyring"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

const DAY_MS = 86_400_000;

export interface Built {
  /** The executable. */
  entry: string;
  bytes: number;
}

/** Tests build into a directory of their own. Until everything is built, what is there stays as it is. */
export async function buildPackage(out = join(source, "dist")): Promise<Built> {
  const next = `${out}.next-${process.pid}`;
  const past = `${out}.past-${process.pid}`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  try {
    const bytes = await buildInto(next);
    keepParts(out, next);
    if (existsSync(out)) renameSync(out, past);
    renameSync(next, out);
    return { entry: join(out, "moorage.js"), bytes };
  } finally {
    // Only where the second rename failed is there no package and one that was put aside.
    if (existsSync(past) && !existsSync(out)) renameSync(past, out);
    for (const leftover of [next, past]) rmSync(leftover, { recursive: true, force: true });
  }
}

/**
 * A running server may load its parts from `out` long after it began, by names that hold a hash of their content: those
 * of the build before stay, and older ones that were made within a day of it.
 */
function keepParts(out: string, next: string) {
  const entry = join(out, "moorage.js");
  if (!existsSync(entry) || !existsSync(join(out, "parts"))) return;
  const oldest = statSync(entry).mtimeMs - DAY_MS;
  for (const name of readdirSync(join(out, "parts"))) {
    const [from, to] = [join(out, "parts", name), join(next, "parts", name)];
    if (!existsSync(to) && statSync(from).mtimeMs >= oldest) cpSync(from, to, { preserveTimestamps: true });
  }
}

/** Builds the package, and gives the bytes of its code. */
async function buildInto(out: string): Promise<number> {
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
      // Its CommonJS form finds its own parts in a way that no bundler follows.
      alias: {
        "jsonc-parser": join(source, "node_modules/jsonc-parser/lib/esm/main.js"),
        // The same library as modules, of which what nobody uses stays out.
        yaml: join(source, "node_modules/yaml/browser/dist/index.js"),
      },
      banner: { js: REQUIRE },
    }),
  ]);
  keepRequireWhereUsed(join(out, "parts"));
  await packCloud(join(out, "cloud.br"));
  writeManifest(out);
  cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
  cpSync(join(source, "README.md"), join(out, "README.md"));
  const entry = join(out, "moorage.js");
  writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, "utf8")}`, { mode: 0o755 });
  const files = outputs.flatMap(({ metafile }) => Object.keys(metafile?.outputs ?? {}));
  return files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
}

/** CommonJS among the dependencies asks for Node's modules by `require`. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.url;\n";

/** Five of two hundred parts: in the others it would be read at every start, and be 26 kB. */
function keepRequireWhereUsed(parts: string) {
  for (const name of readdirSync(parts)) {
    const text = readFileSync(join(parts, name), "utf8");
    const code = text.slice(REQUIRE.length);
    if (text.startsWith(REQUIRE) && !/\b(?:require|__filename)\b/.test(code)) writeFileSync(join(parts, name), code);
  }
}

/** The package as it is published, from here alone: everything is bundled, so it depends on nothing but what it can do without. */
function writeManifest(out: string) {
  const text = readFileSync(join(source, "package.json"), "utf8");
  const {
    private: _,
    exports: _exports,
    devDependencies: _dev,
    ...published
  } = JSON.parse(text) as Record<string, unknown>;
  const manifest = { ...published, ...builtFrom(process.env["GITHUB_REPOSITORY"]), bin: { moorage: "moorage.js" } };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A release with provenance has to name the repository that it is built from, or npm refuses it. */
const builtFrom = (repository: string | undefined) =>
  repository ? { repository: { type: "git", url: `git+https://github.com/${repository}.git` } } : {};

if (import.meta.main) {
  const { entry, bytes } = await buildPackage();
  console.log(`${entry} and its chunks: ${Math.round(bytes / 1024)} kB`);
}
