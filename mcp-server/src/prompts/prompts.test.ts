import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toolsOf } from "../prompt.ts";
import { matchUri } from "../resource.ts";
import { RESOURCES } from "../resources/index.ts";
import { isMutating } from "../tool.ts";
import { TOOLS } from "../tools/index.ts";
import { PROMPTS } from "./index.ts";

describe("prompts", () => {
  it("are one for each file, sorted by name", () => {
    const files = readdirSync(import.meta.dirname)
      .filter((file) => file !== "index.ts" && !file.endsWith(".test.ts"))
      .map((file) => file.replace(".ts", "").replaceAll("-", "_"));
    expect(PROMPTS.map(({ name }) => name)).toEqual(files.sort());
  });

  it("name only tools that exist", () => {
    const names = TOOLS.map(({ name }) => name);
    expect(PROMPTS.flatMap(toolsOf).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("what prompts and resources show", () => {
  it("is read, never written", () => {
    expect([...PROMPTS, ...RESOURCES].filter(({ tool }) => isMutating(tool))).toEqual([]);
  });
});

describe("the address of a resource", () => {
  const log = { uri: "moorage://log/{agent}/{day}" };

  it("gives the values of its variables, whatever they hold", () => {
    expect(matchUri(log, "moorage://log/a%2Fb%20c/2026-05-08")).toEqual({ agent: "a/b c", day: "2026-05-08" });
    expect(matchUri({ uri: "moorage://context" }, "moorage://context")).toEqual({});
  });

  it.each(["moorage://log/a", "moorage://log/a/b/c", "moorage://log/a/b?c", "xmoorage://log/a/b", "moorage://log/%/b"])(
    "is not %s",
    (uri) => expect(matchUri(log, uri)).toBeUndefined(),
  );
});
