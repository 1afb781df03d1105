import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isMutating as changes } from "@moorage/shared/contract";
import * as oldMemory from "@moorage/shared/contracts/old-memory";
import { CONTRACTS } from "@moorage/shared/contracts/registry";
import { ERRORS } from "@moorage/shared/errors";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { listTool } from "../listing.ts";
import { guidance, listing } from "../published.static.ts";
import { isMutating } from "../tool.ts";
import { TOOLS } from "./index.ts";

const names = TOOLS.map(({ name }) => name);

describe("the registry", () => {
  it("holds one tool for each file, sorted by name", () => {
    const files = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name: feature }) =>
        readdirSync(join(import.meta.dirname, feature)).map((file) =>
          `${feature}_${file.replace(".ts", "")}`.replaceAll("-", "_"),
        ),
      );
    expect(names).toEqual(files.sort());
  });

  it("is what the committed lock file says, word for word", async () => {
    const lock = `${JSON.stringify(TOOLS.map(listTool), null, 2)}\n`;
    await expect(lock).toMatchFileSnapshot("../../tools.lock.json");
  });

  it("gives every function of its features a tool, but those for a person's key and the old names", () => {
    const covered = new Set(TOOLS.flatMap(({ calls }) => calls.map(({ path }) => path)));
    const memory = [...CONTRACTS.values()].filter(({ path }) => path.startsWith("memory:"));
    const uncovered = memory.filter(({ path }) => !covered.has(path));
    const before = Object.values<object>(oldMemory);
    expect(uncovered.filter((one) => one.scope !== "memory:approve" && !before.includes(one))).toEqual([]);
  });
});

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  it("has a name, a title and a description that every client takes", () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect("moorage".length + name.length).toBeLessThanOrEqual(60);
    expect(tool.title.length).toBeGreaterThan(0);
    expect(tool.description.length).toBeLessThanOrEqual(1024);
  });

  it("says all four hints, and read-only if and only if all that it calls is", () => {
    expect(Object.keys(tool.annotations).sort()).toEqual([
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "readOnlyHint",
    ]);
    expect(tool.annotations.readOnlyHint).toBe(!tool.calls.some(changes));
    expect(isMutating(tool)).toBe(!tool.annotations.readOnlyHint);
  });

  it("shows a closed object without the arguments that the backend fills in", () => {
    const { inputSchema } = listTool(tool);
    const shown = Object.keys(inputSchema.properties ?? {});
    expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(shown).toEqual(Object.keys(tool.form.args.shape).filter((field) => !tool.form.filled.includes(field)));
    expect(shown).toEqual(expect.arrayContaining(inputSchema.required ?? []));
  });

  it("takes from the session only fields that it has", () => {
    expect(Object.keys(tool.form.args.shape)).toEqual(expect.arrayContaining([...tool.session]));
  });
});

describe("what a session pays", () => {
  it("is at most 170 tokens for a tool, and 100 on average", () => {
    const tokens = TOOLS.map(listTool).map(
      ({ name, description, inputSchema }) => encode(JSON.stringify({ name, description, inputSchema })).length,
    );
    expect(Math.max(...tokens)).toBeLessThanOrEqual(170);
    expect(tokens.reduce((sum, count) => sum + count, 0) / tokens.length).toBeLessThanOrEqual(100);
  });

  it("is at most 600 characters of instructions", () => {
    expect(guidance.map(({ text }) => text).join(" ").length).toBeLessThanOrEqual(600);
  });
});

it("a tool whose repeat does the same once more says so: a client may repeat any other whose answer it lost", () => {
  const once = TOOLS.filter(({ annotations }) => !annotations.idempotentHint).map(({ name }) => name);
  expect(once).toEqual(
    expect.arrayContaining(["deploy_control", "deploy_rollback", "memory_log_append", "status_job_run"]),
  );
});

it("texts name only tools that exist", () => {
  const hints = Object.values(ERRORS).map(({ hint }) => hint);
  const texts = [...guidance.map(({ text }) => text), ...hints, ...TOOLS.map(({ description }) => description)];
  const named = texts.flatMap((text) => text.match(/\b(memory|secret|deploy|status)_[a-z_]+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
  expect(guidance.flatMap(({ tools }) => tools).filter((name) => !names.includes(name))).toEqual([]);
});

it("the published list is the registry's", () => {
  expect(listing.map(({ name }) => name)).toEqual(names);
});
