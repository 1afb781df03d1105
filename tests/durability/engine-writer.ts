/** The bare engine, written to by functions of the test's own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { integrityOf } from "./integrity.ts";
import { openPairs } from "./pairs-engine.ts";
import type { Writer } from "./writer.ts";

const PROCESS = fileURLToPath(new URL("./engine-process.ts", import.meta.url));
const PAGE = 2_000;

export function engineWriter(path: string): Writer {
  return {
    name: "the bare engine",
    start(first, acknowledged) {
      const child = spawn(process.execPath, [PROCESS, path, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
      // A line without its end was being written when the process was killed.
      let rest = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        const numbers = (rest + text).split("\n");
        rest = numbers.pop()!;
        for (const number of numbers) acknowledged(Number(number));
      });
      const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
      const broken = new Promise<never>((_, reject) => {
        child.once("close", (code) => {
          if (!child.killed) reject(new Error(`The writing process ended by itself, with code ${code}.`));
        });
      });
      return {
        broken,
        kill: () => {
          child.kill("SIGKILL");
          return closed;
        },
      };
    },
    async survivors() {
      const engine = openPairs(path);
      const halves = new Map<number, number>();
      let cursor: string | null = null;
      do {
        const page = await engine.inline("query", (ctx) => ctx.db.query("halves").paginate({ cursor, numItems: PAGE }));
        for (const { number } of page.page) halves.set(number, (halves.get(number) ?? 0) + 1);
        cursor = page.isDone ? null : page.continueCursor;
      } while (cursor !== null);
      await engine.close();
      return {
        numbers: new Set(halves.keys()),
        halves: [...halves.values()].filter((count) => count !== 2).length,
        integrity: integrityOf(path),
      };
    },
  };
}
