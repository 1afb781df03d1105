/** Run by itself: `node engine-process.ts <file> <first number>`. Writes until it is killed; prints what is acknowledged. */
import { writeSync } from "node:fs";
import { openPairs } from "./pairs-engine.ts";

/** Calls at the same time, so that commits are shared. */
const CLIENTS = 8;

const [path, first] = process.argv.slice(2) as [string, string];
const engine = openPairs(path);
let next = Number(first);
await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    for (;;) {
      const number = next++;
      await engine.mutation("pairs:add", { number });
      writeSync(1, `${number}\n`);
    }
  }),
);
