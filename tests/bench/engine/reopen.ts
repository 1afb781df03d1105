/** Run by itself: `node reopen.mjs <file> <id>`. Prints how long opening took and what all the searches left in memory. */
import { midFrequencyWords, seeded, words } from "../measure/text.ts";
import { openEngine } from "./host.ts";
import { GROUPS } from "./notes.ts";
import type { Reopened } from "./reopened.ts";

const SEARCHES = 100;

const [path, id] = process.argv.slice(2) as [string, string];
const started = performance.now();
const engine = openEngine(path, "FULL");
await engine.query("notes:get", { id });
const openMs = performance.now() - started;

const random = seeded(1);
for (let i = 0; i < SEARCHES; i++) {
  await engine.query("notes:search", { text: midFrequencyWords(random, 3) });
  await engine.query("notes:search", { text: words(random, 10), group: i % GROUPS });
}
const result: Reopened = { openMs, residentMb: process.memoryUsage.rss() / 2 ** 20 };
await engine.close();
process.stdout.write(JSON.stringify(result));
