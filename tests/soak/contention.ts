/** Two processes write to one file as fast as they can: how long each is kept waiting by the other. */
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Writer } from "../durability/writer.ts";

/** What we aim for: a silence longer than this is one a person notices. */
const AIM_MS = 200;

interface Progress {
  count: number;
  last: number;
  longestMs: number;
}

export async function soakContention(writer: Writer, seconds: number): Promise<{ report: string; good: boolean }> {
  const both = [watch(writer, 0), watch(writer, 1)];
  await Promise.race([Promise.all(both.map(({ started }) => started)), ...both.map(({ running }) => running.broken)]);
  // Only what happens while both write is contention.
  for (const { progress } of both) Object.assign(progress, { count: 0, last: performance.now(), longestMs: 0 });
  await Promise.race([setTimeout(seconds * 1000), ...both.map(({ running }) => running.broken)]);
  for (const { progress } of both) progress.longestMs = Math.max(progress.longestMs, performance.now() - progress.last);
  await Promise.all(both.map(({ running }) => running.kill()));
  const { integrity } = await writer.survivors();
  const told = both.map(
    ({ progress }) =>
      `${Math.round(progress.count / seconds)} writes/s, longest silence ${Math.round(progress.longestMs)} ms`,
  );
  const report = `${writer.name}, two processes for ${seconds} s (aim ${AIM_MS} ms): ${told.join(" and ")}, integrity ${integrity}`;
  return { report, good: integrity === "ok" && both.every(({ progress }) => progress.count > 0) };
}

function watch(writer: Writer, index: number) {
  const progress: Progress = { count: 0, last: performance.now(), longestMs: 0 };
  const started = Promise.withResolvers<void>();
  const running = writer.start(index * 100_000_000, () => {
    const now = performance.now();
    progress.longestMs = Math.max(progress.longestMs, now - progress.last);
    progress.last = now;
    progress.count++;
    started.resolve();
  });
  return { progress, running, started: started.promise };
}
