/** Adding and searching while the memory grows, beside the reference memory server with the same entries. */
import { join } from "node:path";
import { StdioClient } from "../../support/stdio-client.ts";
import type { Figure } from "../measure/figures.ts";
import { residentMb } from "../measure/machine.ts";
import { type Contestant, latencies } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";
import { COMMON_WORD, content, entity, fillMoorage, fillServerMemory, uniqueWord } from "./entries.ts";
import { moorage, serverMemory } from "./servers.ts";

const SIZES = [0, 1_000, 10_000, 50_000];
const LARGEST = SIZES.at(-1)!;
const ROUNDS = 12;
/** A call of the peer's takes hundreds of milliseconds at the largest size. */
const OURS_A_ROUND = 10;
/** Until our code is compiled, as a server's is that has been in use for a while; the peer's runs long enough in a call. */
const WARM_UP = 150;

interface Pair {
  size: number;
  ours: StdioClient;
  peer: StdioClient;
  /** The next entry's number: never one that is there. */
  next: number;
}

export async function measureGrowth(folder: string): Promise<Figure[]> {
  const pairs: Pair[] = [];
  for (const size of SIZES) pairs.push(await open(folder, size));

  const adds = await contest(pairs, "write", (pair) => ({
    ours: () => pair.ours.call("memory_add", { type: "note", content: content(pair.next++) }),
    peer: () => pair.peer.call("create_entities", { entities: [entity(pair.next++)] }),
  }));
  const filled = pairs.filter(({ size }) => size > 0);
  const hits = await contest(filled, "read", (pair) => {
    const query = uniqueWord(Math.floor(pair.size / 2));
    return {
      ours: () => pair.ours.call("memory_search", { query }),
      peer: () => pair.peer.call("search_nodes", { query }),
    };
  });
  const commons = await contest(filled, "read", (pair) => ({
    ours: () => pair.ours.call("memory_search", { query: COMMON_WORD }),
    peer: () => pair.peer.call("search_nodes", { query: COMMON_WORD }),
  }));
  const largest = pairs.at(-1)!;
  const resident = { ours: residentMb(largest.ours.pid), peer: residentMb(largest.peer.pid) };
  await Promise.all(pairs.flatMap(({ ours, peer }) => [ours.close(), peer.close()]));

  return [
    ...pairs.map(({ size }) =>
      figure(`memory_add at ${size}, p50`, adds, size, p50, { bound: "at least", limit: 80, aim: 150 }),
    ),
    {
      name: `memory_add at ${LARGEST} beside at 0, p50`,
      unit: "ms",
      ours: p50(adds.ours.get(LARGEST)!),
      peer: { name: "ours at 0", value: p50(adds.ours.get(0)!) },
      goal: { bound: "at most", limit: 1.3, aim: 1.1, of: "ours/peer" },
    },
    ...filled.map(({ size }) =>
      figure(`memory_search, one hit at ${size}, p50`, hits, size, p50, { bound: "at least", limit: 75, aim: 150 }),
    ),
    ...filled.map(
      ({ size }): Figure => ({
        ...figure(`memory_search, a word of every entry at ${size}, p95`, commons, size, p95),
        ...(size === LARGEST ? { goal: { bound: "at most", limit: 20, aim: 5 } } : {}),
      }),
    ),
    {
      name: `resident after all this at ${LARGEST}`,
      unit: "MB",
      ours: resident.ours,
      peer: { name: "server-memory", value: resident.peer },
      goal: { bound: "at most", limit: 0.25, aim: 0.18, of: "ours/peer" },
    },
  ];
}

async function open(folder: string, size: number): Promise<Pair> {
  const home = join(folder, `growth-${size}`);
  const file = join(folder, `growth-${size}.jsonl`);
  if (size > 0) await fillMoorage(home, size);
  fillServerMemory(file, size);
  const ours = new StdioClient(moorage(home));
  const peer = new StdioClient(serverMemory(file));
  await Promise.all([ours.initialize(), peer.initialize()]);
  return { size, ours, peer, next: size };
}

interface Outcome {
  ours: Map<number, number[]>;
  peer: Map<number, number[]>;
}

/**
 * Ours and the peer's take turns, but for writes: the peer leaves its file to the operating system, and whoever waits
 * for the disk next, as we do, would wait for the peer's megabytes, too.
 */
async function contest(
  pairs: readonly Pair[],
  what: "read" | "write",
  runs: (pair: Pair) => { ours: Contestant["run"]; peer: Contestant["run"] },
): Promise<Outcome> {
  const contestants = (who: "ours" | "peer", times: number) =>
    pairs.map((pair): Contestant => ({ name: `${who} ${pair.size}`, run: runs(pair)[who], times }));
  const ours = contestants("ours", OURS_A_ROUND);
  const peers = contestants("peer", 1);
  for (const { run } of ours) for (let i = 0; i < WARM_UP; i++) await run();
  const samples = new Map<string, number[]>();
  for (const group of what === "read" ? [[...ours, ...peers]] : [ours, peers]) {
    for (const [name, times] of await latencies(group, ROUNDS)) samples.set(name, times);
  }
  const of = (who: string) => new Map(pairs.map(({ size }) => [size, samples.get(`${who} ${size}`)!]));
  return { ours: of("ours"), peer: of("peer") };
}

/** The goal is for the largest size; the others show the slope. */
function figure(
  name: string,
  { ours, peer }: Outcome,
  size: number,
  quantile: typeof p50,
  goal?: { bound: "at least"; limit: number; aim: number },
): Figure {
  return {
    name,
    unit: "ms",
    ours: quantile(ours.get(size)!),
    peer: { name: "server-memory", value: quantile(peer.get(size)!) },
    ...(goal !== undefined && size === LARGEST ? { goal: { ...goal, of: "peer/ours" } } : {}),
  };
}
