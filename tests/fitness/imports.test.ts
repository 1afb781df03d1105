import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What each package's own code may import besides itself; `node:` stands for Node's builtins. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: ["zod"],
  engine: ["convex", "jose", "node:"],
  convex: [
    "@convex-dev/rate-limiter",
    "@moorage/shared",
    "@noble/hashes",
    "convex",
    "convex-helpers",
    "ipaddr.js",
    "jose",
    "stemmer",
    "yaml",
    "zod",
  ],
  worker: ["@moorage/shared", "convex", "hono", "jose", "zod", "cloudflare:workers"],
  "mcp-server": [
    "smol-toml",
    "@modelcontextprotocol/sdk",
    "jsonc-parser",
    "write-file-atomic",
    "@napi-rs/keyring",
    "@moorage/shared",
    "convex",
    "env-paths",
    "jose",
    "node:",
    "yaml",
    "zod",
  ],
};
/** The one place where the layers meet. */
const EMBEDDED = "mcp-server/src/backend/embedded/";
const MEET = ["@moorage/convex", "@moorage/engine", "@moorage/worker"];

interface Import {
  file: string;
  specifier: string;
}

/** Files that belong to tests: named so, or reached from nothing else. */
const isTest = (file: string) => /\.test\.ts$|\.d\.ts$|\/test\//.test(file);

function importsOf(folder: string): Import[] {
  const files = globSync(`${folder}/**/*.ts`, {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**", "**/_generated/**"],
  });
  const imports = new Map(files.map((file) => [file, importsIn(file)]));
  // The engine's folders hold the tools of their tests, too: its own code is what its exports lead to.
  const own = folder === "engine" ? reachable(exportsOf(folder), imports) : files.filter((file) => !isTest(file));
  return [...own].flatMap((file) => imports.get(file) ?? []);
}

function importsIn(file: string): Import[] {
  const code = readFileSync(join(root, file), "utf8");
  const found = code.matchAll(
    /(?:^|[\s;}])(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport(?:\s+|\s*\(\s*)"([^"]+)"/g,
  );
  return [...found].map(([, named, bare]) => ({ file, specifier: (named ?? bare)! }));
}

function exportsOf(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    exports: Record<string, string>;
  };
  return Object.values(exports).map((file) => join(folder, file));
}

function reachable(entries: string[], imports: ReadonlyMap<string, Import[]>): Set<string> {
  const seen = new Set(entries);
  for (const file of seen) {
    for (const { specifier } of imports.get(file) ?? []) {
      if (specifier.startsWith(".")) seen.add(join(dirname(file), specifier));
    }
  }
  return seen;
}

const packageOf = (specifier: string) =>
  specifier.startsWith("node:")
    ? "node:"
    : specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");

describe.each(Object.entries(MAY_IMPORT))("%s", (folder, allowed) => {
  const imports = importsOf(folder);
  const outside = imports.filter(({ specifier }) => !specifier.startsWith("."));

  it("imports only what its place in the house allows", () => {
    const strays = outside.filter(({ file, specifier }) => {
      const name = packageOf(specifier);
      return !allowed.includes(name) && !(file.startsWith(EMBEDDED) && MEET.includes(name));
    });
    expect(imports.length).toBeGreaterThan(0);
    expect(strays).toEqual([]);
  });

  it("reaches other packages by their exports, never by a path", () => {
    const leaving = imports.filter(
      ({ file, specifier }) =>
        specifier.startsWith(".") &&
        relative(join(root, folder), join(root, dirname(file), specifier)).startsWith(".."),
    );
    expect(leaving).toEqual([]);
  });

  it("takes zod as a namespace, which bundlers can shake", () => {
    const named = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] }).filter(
      (file) => /import (type )?\{[^}]*\} from "zod"/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(named).toEqual([]);
  });

  it("has no file named for nothing", () => {
    const vague = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ["**/node_modules/**"] }).filter((file) =>
      ["utils.ts", "helpers.ts", "common.ts", "misc.ts"].includes(basename(file)),
    );
    expect(vague).toEqual([]);
  });
});
