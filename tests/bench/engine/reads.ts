/** Reading one table at two sizes, beside the same rows read by hand. */
import { join } from "node:path";
import type { Figure, Goal } from "../measure/figures.ts";
import { latencies } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";
import { midFrequencyWords, seeded, words } from "../measure/text.ts";
import { fillEngine, openEngine } from "./host.ts";
import { GROUPS, owner, ownersOf } from "./notes.ts";
import { openRaw } from "./raw.ts";
import { measureReopened } from "./reopened.ts";

const SMALL = 1_000;
const LARGE = 100_000;
const ROUNDS = 12;
/** Reads of one query in the figures that leave the call out. */
const EACH = 200;
/** Flat, but for a deeper tree and pages that no cache holds: no more than this from the small table to the large one. */
const FLAT: Goal = { bound: "at most", limit: 1.5, of: "ours/peer" };

interface Read {
  name: string;
  times: number;
  /** How many reads one run is. */
  reads?: number;
  goal?: Goal;
  /** Judged for growth, too. */
  flat?: boolean;
  engine(table: Table): Promise<unknown>;
  raw(table: Table): unknown;
}

const READS: Read[] = [
  {
    name: "db.get",
    times: 2,
    reads: EACH,
    goal: { bound: "at least", limit: 20_000 },
    flat: true,
    engine: ({ engine, ids, pick }) => engine.query("notes:getEach", { ids: many(() => ids[pick(ids.length)]!) }),
    raw: ({ raw, size, pick }) => many(() => raw.get(pick(size))),
  },
  {
    name: "db.get, a query each",
    times: 100,
    flat: true,
    engine: ({ engine, ids, pick }) => engine.query("notes:get", { id: ids[pick(ids.length)]! }),
    raw: ({ raw, size, pick }) => raw.get(pick(size)),
  },
  {
    name: "point through an index",
    times: 2,
    reads: EACH,
    goal: { bound: "at least", limit: 10_000 },
    flat: true,
    engine: ({ engine, size, pick }) => engine.query("notes:byNumberEach", { numbers: many(() => pick(size)) }),
    raw: ({ raw, size, pick }) => many(() => raw.byNumber(pick(size))),
  },
  {
    name: "point through an index, a query each",
    times: 100,
    flat: true,
    engine: ({ engine, size, pick }) => engine.query("notes:byNumber", { number: pick(size) }),
    raw: ({ raw, size, pick }) => raw.byNumber(pick(size)),
  },
  {
    name: "range of 20 rows, a query each",
    times: 50,
    goal: { bound: "at least", limit: 3_000 },
    flat: true,
    engine: ({ engine, size, pick }) => engine.query("notes:range", { owner: owner(pick(ownersOf(size))) }),
    raw: ({ raw, size, pick }) => raw.range(owner(pick(ownersOf(size)))),
  },
];

const SEARCHES: Read[] = [
  {
    name: "search, three mid-frequency words",
    times: 10,
    goal: { bound: "at most", limit: 2.5 },
    engine: ({ engine, random }) => engine.query("notes:search", { text: midFrequencyWords(random, 3) }),
    raw: ({ raw, random }) => raw.search(midFrequencyWords(random, 3)),
  },
  {
    name: "search, ten-word question in 1 row of 50",
    times: 5,
    goal: { bound: "at most", limit: 15 },
    engine: ({ engine, random, pick }) =>
      engine.query("notes:search", { text: words(random, 10), group: pick(GROUPS) }),
    raw: ({ raw, random, pick }) => raw.searchGroup(words(random, 10), pick(GROUPS)),
  },
];

type Table = Awaited<ReturnType<typeof openTable>>;

const many = <T>(make: () => T): T[] => Array.from({ length: EACH }, make);

export async function measureReads(folder: string): Promise<Figure[]> {
  const tables = [await openTable(folder, SMALL), await openTable(folder, LARGE)];
  const [small, large] = tables as [Table, Table];
  const figures: Figure[] = [];
  for (const read of [...READS, ...SEARCHES]) figures.push(...(await measureRead(read, small, large)));
  for (const { engine, raw } of tables) {
    await engine.close();
    raw.close();
  }
  figures.push({ name: `bulk load, ${LARGE} notes, OFF`, unit: "/s", ours: large.loadRate });
  return [...figures, ...(await measureReopened(large.path, large.ids[0]!))];
}

async function openTable(folder: string, size: number) {
  const path = join(folder, `engine-${size}.db`);
  const loadRate = await fillEngine(path, size);
  const raw = openRaw(join(folder, `raw-${size}.db`), "NORMAL");
  raw.fill(size);
  const engine = openEngine(path, "NORMAL");
  const random = seeded(size);
  const pick = (count: number) => Math.floor(random() * count);
  const ids: string[] = [];
  while (ids.length < Math.min(size, 5_000)) {
    const row = await engine.query("notes:byNumber", { number: pick(size) });
    ids.push(row._id);
  }
  return { size, path, loadRate, engine, raw, random, pick, ids };
}

async function measureRead(read: Read, small: Table, large: Table): Promise<Figure[]> {
  const { name, times, reads = 1, goal, flat = false } = read;
  const samples = await latencies(
    [
      { name: "small", times, run: () => read.engine(small) },
      { name: "large", times, run: () => read.engine(large) },
      { name: "raw", times, run: async () => read.raw(large) },
    ],
    ROUNDS,
  );
  const ms = (who: string, quantile = p50) => quantile(samples.get(who)!) / reads;
  const isRate = goal === undefined || goal.bound === "at least";
  const asked = isRate ? (value: number) => 1000 / value : (value: number) => value;
  return [
    {
      name: `${name}, at ${LARGE}`,
      unit: isRate ? "/s" : "ms",
      ours: asked(ms("large")),
      peer: { name: "raw", value: asked(ms("raw")) },
      ...(goal === undefined ? {} : { goal }),
    },
    ...(isRate
      ? []
      : [
          {
            name: `${name}, p95`,
            unit: "ms" as const,
            ours: ms("large", p95),
            peer: { name: "raw", value: ms("raw", p95) },
          },
        ]),
    ...(flat
      ? [
          {
            name: `${name}, at ${LARGE} beside at ${SMALL}`,
            unit: "ms" as const,
            ours: ms("large"),
            peer: { name: `at ${SMALL}`, value: ms("small") },
            goal: FLAT,
          },
        ]
      : []),
  ];
}
