import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { modules } from "@moorage/convex/modules.map";
import { build, type Plugin } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../convex/", import.meta.url));

/** Files that Convex's CLI deploys: one dot in the name, outside `_generated`. */
const deployed = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /^[^.\s]+\.ts$/.test(entry.name))
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  .filter((file) => !/^(_generated|node_modules)\//.test(file));

/** Convex's runtime has AsyncLocalStorage as a global, and the CLI points the Node module at it. */
const asyncHooks: Plugin = {
  name: "async-hooks",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?async_hooks$/ }, () => ({ path: "async_hooks", namespace: "runtime" }));
    onLoad({ filter: /.*/, namespace: "runtime" }, () => ({
      contents: "export const { AsyncLocalStorage, AsyncResource } = globalThis;",
    }));
  },
};

/** What a server runs for itself is text here, and uses what a server has. */
const serverScripts: Plugin = {
  name: "server-scripts",
  setup({ onLoad }) {
    onLoad({ filter: /server[/\\]_generated[/\\]scripts\.ts$/ }, () => ({ contents: "export const SCRIPTS = {};" }));
  },
};

/** Bundles with the options of the CLI of convex 1.48. */
async function bundled(entryPoints: string[], splitting: boolean) {
  const result = await build({
    entryPoints: entryPoints.map((file) => join(folder, file)),
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "esnext",
    jsx: "automatic",
    outbase: folder,
    outdir: "out",
    conditions: ["convex", "module"],
    splitting,
    chunkNames: "_deps/[hash]",
    treeShaking: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    minifyWhitespace: false,
    keepNames: true,
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [asyncHooks, serverScripts],
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { code: result.outputFiles.map((file) => file.text).join("\n"), metafile: result.metafile };
}

describe("the functions as Convex's CLI bundles them", () => {
  let app: Awaited<ReturnType<typeof bundled>>;
  let auth: Awaited<ReturnType<typeof bundled>>;
  beforeAll(async () => {
    app = await bundled(deployed, true);
    auth = await bundled(["auth.config.ts"], false);
  });

  it("need no module that the bundle does not hold", () => {
    const imports = [app, auth].flatMap(({ metafile }) =>
      Object.values(metafile.outputs).flatMap((file) => file.imports),
    );
    // esbuild names its own helpers "<runtime>".
    expect(imports.filter((one) => one.external === true && one.path !== "<runtime>").map((one) => one.path)).toEqual(
      [],
    );
  });

  it.each(["Buffer", "queueMicrotask", "setImmediate", "MessageChannel", "WebSocket", "require", "__dirname", "Deno"])(
    "do not use %s, which Convex's runtime lacks",
    (name) => {
      const uses = new RegExp(`(?<![.\\w$"'\`])${name}(?![\\w$"'\`:])`, "g");
      // Comments, and what the YAML library says where there is neither: Convex's runtime has atob and btoa.
      const texts = /^\s*(?:\/\/|\/?\*).*$|either Buffer or (?:atob|btoa) is required/gm;
      const code = `${app.code}\n${auth.code}`.replaceAll(texts, "");
      expect([...code.matchAll(uses)].map(({ index }) => code.slice(index - 60, index + 60))).toEqual([]);
    },
  );

  it("use nothing of process but its environment", () => {
    expect(app.code.match(/(?<![.\w$"'])process\.(?!env\b)\w+/g) ?? []).toEqual([]);
  });

  it("carry zod's English alone", () => {
    const locales = Object.keys(app.metafile.inputs).filter((file) => /zod\/v4\/locales\/(?!en|index)/.test(file));
    const kept = locales.filter((file) =>
      Object.values(app.metafile.outputs).some((output) => (output.inputs[file]?.bytesInOutput ?? 0) > 0),
    );
    expect(kept).toEqual([]);
  });

  it("are all known to hosts other than Convex", () => {
    const functionFiles = deployed.filter((file) => !file.includes("/") && !["schema.ts"].includes(file));
    expect(Object.keys(modules).sort()).toEqual(functionFiles.map((file) => `./${file}`).sort());
  });
});
