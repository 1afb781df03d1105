import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTRACTS } from "@moorage/shared/contracts/registry";
import { ERRORS } from "@moorage/shared/errors";
import { SCOPES } from "@moorage/shared/scopes";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = globSync("{shared,convex,worker,mcp-server}/**/*.ts", {
  cwd: root,
  exclude: ["**/node_modules/**", "**/dist/**", "**/_generated/**"],
}).map((file) => ({ file, code: readFileSync(join(root, file), "utf8") }));

describe("hints", () => {
  it("name only tools that exist", () => {
    const lock = readFileSync(join(root, "mcp-server/tools.lock.json"), "utf8");
    const tools = new Set((JSON.parse(lock) as { name: string }[]).map(({ name }) => name));
    const named = sources.flatMap(({ file, code }) =>
      [...code.matchAll(/hint:\s*[`"]([^`"]*)/g)].flatMap(([, hint]) =>
        [...hint!.matchAll(/\b(?:memory|secret|deploy|status)_[a-z_]+/g)].map(([tool]) => ({ file, tool })),
      ),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ tool }) => !tools.has(tool))).toEqual([]);
  });

  it("are sentences that say a next step", () => {
    for (const [code, { hint }] of Object.entries(ERRORS)) expect.soft(hint, code).toMatch(/^[A-Z].{20,}\.$/);
  });
});

describe("what is declared is used", () => {
  it.each(Object.keys(ERRORS))("the error %s is thrown somewhere", (code) => {
    const thrown = sources.filter(({ file, code: text }) => !file.endsWith("errors.ts") && text.includes(`"${code}"`));
    expect(thrown.map(({ file }) => file)).not.toEqual([]);
  });

  it.each([...SCOPES])("the scope %s guards a function", (scope) => {
    expect([...CONTRACTS.values()].filter((contract) => contract.scope === scope)).not.toEqual([]);
  });
});
