/** From the moment of starting a process to its first answers, and what it weighs then. */
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { type Command, StdioClient } from "../../support/stdio-client.ts";
import type { Figure } from "../measure/figures.ts";
import { residentMb } from "../measure/machine.ts";
import { p50 } from "../measure/statistics.ts";
import { fillServerMemory } from "./entries.ts";
import { echo, moorage, serverMemory } from "./servers.ts";

const ROUNDS = 15;
/** Our server writes its compile cache a moment after it has loaded; only a first start ever is without it. */
const CACHE_WRITTEN_MS = 2_500;

interface Start {
  initialize: number;
  list: number;
  call: number;
  idleMb: number;
  calledMb: number;
}

export async function measureStart(folder: string): Promise<Figure[]> {
  const home = join(folder, "start");
  const file = join(folder, "start.jsonl");
  fillServerMemory(file, 1);
  const id = await warmUp(moorage(home));
  const echoed: Start[] = [];
  const ours: Start[] = [];
  const peers: Start[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    echoed.push(await start(echo, ["echo", { text: "hello" }]));
    ours.push(await start(moorage(home), ["memory_get", { id }]));
    peers.push(await start(serverMemory(file), ["open_nodes", { names: ["mark000000"] }]));
  }
  const of = (key: keyof Start) => ({
    ours: p50(ours.map((each) => each[key])),
    peer: { name: "echo", value: p50(echoed.map((each) => each[key])) },
  });
  const information = (key: keyof Start) => ({
    ours: p50(ours.map((each) => each[key])),
    peer: { name: "server-memory", value: p50(peers.map((each) => each[key])) },
  });
  return [
    {
      name: "start to initialize",
      unit: "ms",
      ...of("initialize"),
      goal: { bound: "at most", limit: 0.3, aim: 0.17, of: "ours/peer" },
    },
    {
      name: "start to tools/list",
      unit: "ms",
      ...of("list"),
      goal: { bound: "at most", limit: 0.3, aim: 0.19, of: "ours/peer" },
    },
    { name: "start to the first call's answer", unit: "ms", ...of("call") },
    { name: "start to the first call's answer", unit: "ms", ...information("call") },
    {
      name: "resident, idle after tools/list",
      unit: "MB",
      ...of("idleMb"),
      goal: { bound: "at most", limit: 0.85, aim: 0.7, of: "ours/peer" },
    },
    {
      name: "resident, idle after a call",
      unit: "MB",
      ...of("calledMb"),
      goal: { bound: "at most", limit: 0.85, aim: 0.7, of: "ours/peer" },
    },
  ];
}

/** Starts twice, as on any day but the first, and leaves one memory behind. */
async function warmUp(command: Command): Promise<string> {
  let id = "";
  for (let i = 0; i < 2; i++) {
    const server = new StdioClient(command);
    await server.initialize();
    const { content } = await server.call("memory_add", { type: "note", content: "the first thing remembered" });
    id = JSON.parse(content[0]!.text).memory.id;
    await setTimeout(CACHE_WRITTEN_MS);
    await server.close();
  }
  return id;
}

async function start(command: Command, [tool, args]: readonly [string, object]): Promise<Start> {
  const started = performance.now();
  const server = new StdioClient(command);
  await server.initialize();
  const initialize = performance.now() - started;
  await server.request("tools/list");
  const list = performance.now() - started;
  await server.call(tool, args);
  const call = performance.now() - started;
  // What is loaded behind the answers counts, too.
  await setTimeout(300);
  const calledMb = residentMb(server.pid);
  await server.close();
  const idleMb = await idle(command);
  return { initialize, list, call, idleMb, calledMb };
}

async function idle(command: Command): Promise<number> {
  const server = new StdioClient(command);
  await server.initialize();
  await server.request("tools/list");
  await setTimeout(600);
  const mb = residentMb(server.pid);
  await server.close();
  return mb;
}
