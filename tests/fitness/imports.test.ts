import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What each package's own code may import besides itself; `node:` stands for Node's builtins. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: ["zod"],
  engine: ["convex", "jose", "node:"],
  convex: ["@moorage/shared", "@noble/hashes", "convex", "convex-helpers", "ipaddr.js", "stemmer", "zod"],
  worker: ["@moorage/shared", "convex", "hono", "jose", "zod", "cloudflare:workers"],
  "mcp-server": ["@modelcontextprotocol/sdk", "@moorage/shared", "convex", "env-paths", "jose", "node:", "zod"],
};
/** The one place where the layers meet. */
const EMBEDDED = "mcp-server/src/backend/embedded/";
const MEET = ["@moorage/convex", "@moorage/engine", "@moorage/worker"];

interface Import {
  file: string;
  specifier: string;
}

function importsOf(folder: string): Import[] {
  const files = globSync(`${folder}/**/*.ts`, {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**", "**/_generated/**"],
  });
  return files
    .filter((file) => !file.endsWith(".test.ts") && !file.endsWith(".d.ts") && !file.includes("/test/"))
    .flatMap((file) => {
      const code = readFileSync(join(root, file), "utf8");
      const found = code.matchAll(
        /(?:^|[\s;}])(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g,
      );
      return [...found].map(([, named, bare]) => ({ file, specifier: (named ?? bare)! }));
    });
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
