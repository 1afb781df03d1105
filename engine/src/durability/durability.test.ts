import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { queryGeneric } from "convex/server";
import { expect, it } from "vitest";
import { createEngine } from "../index.ts";
import { modulesOf, temporaryFile } from "../testing/open-engine.ts";

const PROGRAM = fileURLToPath(new URL("./writing-process.ts", import.meta.url));
/** `pnpm soak` kills more often. */
const KILLS = Number(process.env["ENGINE_KILLS"] ?? 20);
const LONGEST_LIFE_MS = 150;

interface Writer {
  readonly process: ChildProcess;
  /** Resolves when the process has said something for the first time. */
  readonly started: Promise<unknown>;
  lines(): string[];
}

function startWriter(path: string, name: string, ...args: string[]): Writer {
  const child = spawn(process.execPath, [PROGRAM, path, name, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  // The last line may be cut off by the kill.
  return { process: child, started: once(child.stdout, "data"), lines: () => output.split("\n").slice(0, -1) };
}

const numbers = (lines: string[]): number[] => lines.filter((line) => /^\d+$/.test(line)).map(Number);

/** As lines of one text: an array of more than 8,192 elements is no Convex value. */
const reading = {
  halves: queryGeneric({
    handler: async (ctx) =>
      (await ctx.db.query("halves").collect())
        .map(({ writer, number, half }) => `${writer} ${number} ${half}`)
        .join("\n"),
  }),
  notes: queryGeneric({
    handler: async (ctx) =>
      (await ctx.db.query("notes").collect()).map(({ writer, number }) => `${writer} ${number}`).join("\n"),
  }),
};

interface Contents {
  readonly halves: Set<string>;
  readonly notes: string[];
  readonly findings: string[];
}

/** What is in a file that nobody has open any more. */
async function inspect(path: string): Promise<Contents> {
  const engine = createEngine({
    modules: modulesOf({ reading }),
    storage: { kind: "file", path: `${path}` },
    limits: false,
  });
  try {
    const lines = async (path: string) => ((await engine.query(path)) as string).split("\n").filter(Boolean);
    const halves = new Set(await lines("reading:halves"));
    return { halves, notes: await lines("reading:notes"), findings: await engine.integrityCheck() };
  } finally {
    await engine.close();
  }
}

it(`loses no acknowledged mutation and keeps no half of one in ${KILLS} kills`, { timeout: 600_000 }, async () => {
  const path = temporaryFile();
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startWriter(path, `w${kill}`);
    await writer.started;
    await delay(Math.random() * LONGEST_LIFE_MS);
    writer.process.kill("SIGKILL");
    await once(writer.process, "close");
    acknowledged.push(...numbers(writer.lines()).map((number) => `w${kill} ${number}`));
  }
  // One more, which ends by itself, so that what was scheduled before the last kill has run.
  const last = startWriter(path, "last", "1", "1500");
  await once(last.process, "close");
  const { halves, notes, findings } = await inspect(path);
  expect(findings).toEqual([]);
  expect(acknowledged.filter((each) => !halves.has(`${each} first`) || !halves.has(`${each} second`))).toEqual([]);
  const written = new Set([...halves].map((each) => each.split(" ").slice(0, 2).join(" ")));
  expect(halves.size).toBe(2 * written.size);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  // Every seventh schedules a mutation, which runs exactly once.
  const scheduled = acknowledged.filter((each) => Number(each.split(" ")[1]) % 7 === 0);
  expect(scheduled.filter((each) => !notes.includes(each))).toEqual([]);
  expect(new Set(notes).size).toBe(notes.length);
});

it("two processes on one file both make progress, and neither loses anything", { timeout: 60_000 }, async () => {
  const path = temporaryFile();
  const writers = ["a", "b"].map((name) => ({ name, writer: startWriter(path, name, "4", "2000") }));
  await Promise.all(writers.map(({ writer }) => once(writer.process, "close")));
  const { halves, findings } = await inspect(path);
  expect(findings).toEqual([]);
  for (const { name, writer } of writers) {
    const done = numbers(writer.lines());
    expect(done.length).toBeGreaterThan(20);
    expect(done.filter((number) => !halves.has(`${name} ${number} second`))).toEqual([]);
  }
});
