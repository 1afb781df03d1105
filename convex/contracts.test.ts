import { CONTRACTS } from "@moorage/shared/contracts/registry";
import { zodOutputToConvex, zodToConvex } from "convex-helpers/server/zod4";
import { describe, expect, it } from "vitest";
import { modules } from "./modules.map.ts";

/** What the convex package puts on a registered function for its host. */
interface Registered {
  isPublic?: true;
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  exportArgs(): string;
  exportReturns(): string;
}

const functions = new Map<string, Registered>();
for (const [file, load] of Object.entries(modules)) {
  const name = file.replace(/^\.\/|\.ts$/g, "");
  for (const [key, value] of Object.entries<unknown>(await load())) {
    if (typeof value === "function" && "exportArgs" in value)
      functions.set(`${name}:${key}`, value as unknown as Registered);
  }
}

describe.each([...CONTRACTS])("%s", (path, contract) => {
  it("is a public function of the kind its contract says", () => {
    const kind = { query: "isQuery", mutation: "isMutation", action: "isAction" } as const;
    expect(functions.get(path)?.isPublic).toBe(true);
    expect(functions.get(path)?.[kind[contract.kind]]).toBe(true);
  });

  it("takes and returns what its contract says, in Convex's validators", () => {
    expect(functions.get(path)?.exportArgs()).toBe(JSON.stringify(json(zodToConvex(contract.args))));
    expect(functions.get(path)?.exportReturns()).toBe(JSON.stringify(json(zodOutputToConvex(contract.result))));
  });
});

it("leaves no public function without a contract", () => {
  const open = [...functions].filter(([path, fn]) => fn.isPublic === true && !CONTRACTS.has(path));
  expect(open.map(([path]) => path)).toEqual([]);
});

/** A validator's form on the wire; the property is not in convex's public types. */
const json = (validator: unknown) => (validator as { json: unknown }).json;
