/** A read call through all three layers beside the echo of a bare server. */
import { join } from "node:path";
import { StdioClient } from "../../support/stdio-client.ts";
import type { Figure } from "../measure/figures.ts";
import { latencies, rates } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";
import { fillMoorage } from "./entries.ts";
import { echo, moorage } from "./servers.ts";

const ROUNDS = 20;
const CALLS_A_ROUND = 50;
const IN_FLIGHT = 16;
/** Enough for both servers' hot code to be compiled. */
const WARM_UP = 1_500;

export async function measureCalls(folder: string): Promise<Figure[]> {
  const home = join(folder, "calls");
  await fillMoorage(home, 100);
  const ours = new StdioClient(moorage(home));
  const theirs = new StdioClient(echo);
  await Promise.all([ours.initialize(), theirs.initialize()]);
  const { content } = await ours.call("memory_list", { limit: 1 });
  const id: string = JSON.parse(content[0]!.text).memories[0].id;
  const read = () => ours.call("memory_get", { id });
  const text = content[0]!.text;
  const reply = () => theirs.call("echo", { text });
  for (let i = 0; i < WARM_UP; i++) await Promise.all([read(), reply()]);

  const samples = await latencies(
    [
      { name: "ours", run: read, times: CALLS_A_ROUND },
      { name: "echo", run: reply, times: CALLS_A_ROUND },
    ],
    ROUNDS,
  );
  const rate = await rates(
    [
      { name: "ours", inFlight: IN_FLIGHT, run: read },
      { name: "echo", inFlight: IN_FLIGHT, run: reply },
    ],
    ROUNDS / 2,
    250,
  );
  await Promise.all([ours.close(), theirs.close()]);
  const ratio = { bound: "at most", limit: 2.5, aim: 1.5, of: "ours/peer" } as const;
  return [
    {
      name: "read call (memory_get), p50",
      unit: "ms",
      ours: p50(samples.get("ours")!),
      peer: { name: "echo", value: p50(samples.get("echo")!) },
      goal: ratio,
    },
    {
      name: "read call (memory_get), p95",
      unit: "ms",
      ours: p95(samples.get("ours")!),
      peer: { name: "echo", value: p95(samples.get("echo")!) },
      goal: ratio,
    },
    {
      name: `read calls, ${IN_FLIGHT} in flight`,
      unit: "/s",
      ours: rate.get("ours")!,
      peer: { name: "echo", value: rate.get("echo")! },
      goal: { bound: "at least", limit: 0.35, aim: 0.6, of: "ours/peer" },
    },
  ];
}
