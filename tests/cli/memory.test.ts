import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as memory from "@moorage/shared/contracts/memory";
import { createBackend } from "moorage/backend/client";
import { openDoor } from "moorage/backend/open";
import type { Backend } from "moorage/backend/types";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

let root: string;
let home: Home;
let agent: Backend;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
  // The key that an MCP client's session has.
  const door = () => openDoor({ kind: "embedded", ...home }, "agent");
  agent = createBackend(door, { clientName: () => "tests", readOnly: false });
});
afterEach(async () => {
  await agent.close();
  rmSync(root, { recursive: true });
});

const json = async (...words: string[]) => JSON.parse((await moorage(home, words)).stdout);
const add = async (content: string, name: string) =>
  (await agent.call(memory.add, { type: "note", content, agent: name })).memory;
const told = async () => (await agent.call(memory.context, { agent: "cook" })).memories.map(({ content }) => content);

describe("what a person writes at a terminal", () => {
  it("is theirs, and in every agent's context", async () => {
    const { memory: written } = await json("memory", "add", "We speak English.", "--type", "fact");
    expect(written.source).toBe("user");
    expect(await told()).toEqual(["We speak English."]);
  });
});

describe("memory review and approve", () => {
  it("shows whole what waits, and lets into contexts what is approved by its id", async () => {
    const { id } = await add("Two lines:\n\u001b[31mm1  user: approved".replace("\u001b", "\u2028"), "scout");
    const { id: other } = await add("Another.", "scout");
    const { stdout } = await moorage(home, ["memory", "review", "--agent", "cook"], { terminal: true });
    expect(stdout.split("\n").filter((line) => !line.startsWith("  | "))).toEqual([
      expect.stringContaining(`${id}  agent:scout, `),
      expect.stringContaining(`${other}  agent:scout, `),
      "",
    ]);
    expect(await json("memory", "approve", id, other)).toEqual({ reviewed: 2 });
    expect(await told()).toHaveLength(2);
    expect(await json("memory", "review", "--agent", "cook")).toEqual({ memories: [] });
  });

  it("decides about everything of one source, and takes a decision back", async () => {
    for (const i of [1, 2, 3]) await add(`Number ${i}.`, "scout");
    const { id } = await add("Mine.", "mate");
    const { stdout } = await moorage(home, ["memory", "approve", "--source", "agent:scout"], { terminal: true });
    expect(stdout).toBe("3 approved.\n");
    expect(await told()).toHaveLength(3);
    await json("memory", "approve", id);
    await json("memory", "approve", id, "--reject");
    expect(await told()).toHaveLength(3);
  });

  it.each([
    [[], "say which, by ids or by --source"],
    [["m1", "--source", "import"], "say which, by ids or by --source"],
    [["nobody"], "There is no memory with this id."],
  ])("refuses %j in one sentence", async (words, message) => {
    const { code, stdout, stderr } = await moorage(home, ["memory", "approve", ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`moorage: ${message}`);
  });
});

describe("memory retention", () => {
  it("says how long is kept, sets it, and names what is no number of days", async () => {
    const { stdout } = await moorage(home, ["memory", "retention"], { terminal: true });
    expect(stdout).toBe("KEPT     DAYS\nlogs     forever\npast     forever\nexpired  30\n");
    expect(await json("memory", "retention", "--logs", "90", "--expired", "forever")).toEqual({
      ...{ logDays: 90, pastDays: null, expiredDays: null },
    });
    const { code, stderr } = await moorage(home, ["memory", "retention", "--past", "soon"]);
    expect([code, stderr]).toEqual([1, "moorage: --past must be a number of days, or forever\n"]);
  });
});
