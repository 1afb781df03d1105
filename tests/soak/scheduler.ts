/** A busy scheduler for minutes: chains of jobs that each schedule the next, with memory that must not grow. */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createEngine } from "@moorage/engine";
import schema from "./functions/schema.ts";

const CHAINS = 40;
/** Buffers and compiled code are at their size after these minutes; from then on memory may grow by no more than this. */
const SETTLED_MINUTES = 4;
const GROWTH_MB = 20;

export async function soakScheduler(
  folder: string,
  minutes: number,
  print: (line: string) => void,
): Promise<{ report: string; good: boolean }> {
  const failures: unknown[] = [];
  const engine = createEngine({
    schema,
    modules: { "./chains.ts": () => import("./functions/chains.ts") },
    storage: { kind: "file", path: join(folder, "scheduler.db") },
    onScheduledError: (error) => failures.push(error),
  });
  for (let chain = 0; chain < CHAINS; chain++) {
    await engine.mutation("chains:run", { chain, hop: chain % 2 === 1 });
  }
  const memory: number[] = [];
  let before = 0;
  for (let minute = 1; minute <= minutes; minute++) {
    await setTimeout(60_000);
    const { runs } = await engine.query("chains:totals");
    memory.push(process.memoryUsage.rss() / 2 ** 20);
    print(`  minute ${minute}: ${runs - before} jobs, ${memory.at(-1)!.toFixed(0)} MB resident`);
    before = runs;
  }
  await engine.mutation("chains:stop");
  await engine.scheduler.idle();
  const { runs, chains } = await engine.query("chains:totals");
  await engine.close();
  const settled = Math.min(SETTLED_MINUTES, memory.length) - 1;
  const growth = Math.max(...memory.slice(settled)) - memory[settled]!;
  const report = `scheduler: ${runs} jobs of ${chains} chains in ${minutes} min, ${failures.length} failed, memory grew by ${growth.toFixed(0)} MB once settled`;
  return { report, good: failures.length === 0 && chains === CHAINS && growth <= GROWTH_MB };
}
