/** Small mutations beside single-row transactions by hand, each acknowledged when it is on disk. */
import { join } from "node:path";
import type { Figure, Goal } from "../measure/figures.ts";
import { type Runner, rates } from "../measure/rounds.ts";
import { openEngine } from "./host.ts";
import { openRaw } from "./raw.ts";

const ROUNDS = 7;
const ROUND_MS = 300;
const MANY = 64;

const MODES = [
  {
    mode: "FULL",
    one: { bound: "at least", limit: 0.75, of: "ours/peer" },
    many: { bound: "at least", limit: 3, of: "ours/peer" },
  },
  { mode: "NORMAL", one: { bound: "at least", limit: 0.3, of: "ours/peer" }, many: undefined },
] as const satisfies { mode: string; one: Goal; many: Goal | undefined }[];

export async function measureMutations(folder: string): Promise<Figure[]> {
  const sides = MODES.map(({ mode }) => ({
    mode,
    engine: openEngine(join(folder, `engine-${mode}.db`), mode),
    raw: openRaw(join(folder, `raw-${mode}.db`), mode),
  }));
  let count = 0;
  const runners = sides.flatMap(({ mode, engine, raw }): Runner[] => {
    const mutation = () => engine.mutation("counters:add", { name: `counter-${count++}`, value: 1 });
    return [
      { name: `${mode} raw`, inFlight: 1, run: async () => raw.addCounter(`counter-${count++}`, 1) },
      { name: `${mode} one`, inFlight: 1, run: mutation },
      { name: `${mode} many`, inFlight: MANY, run: mutation },
    ];
  });
  const rate = await rates(runners, ROUNDS, ROUND_MS);
  for (const { engine, raw } of sides) {
    await engine.close();
    raw.close();
  }
  return MODES.flatMap(({ mode, one, many }): Figure[] => {
    const peer = { name: "raw", value: rate.get(`${mode} raw`)! };
    return [
      { name: `mutations, one client, ${mode}`, unit: "/s", ours: rate.get(`${mode} one`)!, peer, goal: one },
      {
        name: `mutations, ${MANY} clients, ${mode}`,
        unit: "/s",
        ours: rate.get(`${mode} many`)!,
        peer,
        ...(many === undefined ? {} : { goal: many }),
      },
    ];
  });
}
