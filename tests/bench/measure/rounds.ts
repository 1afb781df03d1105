/** Measuring so that a slow second of the machine hits everyone alike: contestants take turns in many short rounds. */
import { performance } from "node:perf_hooks";
import { p50 } from "./statistics.ts";

export interface Contestant {
  readonly name: string;
  /** Does the work once and resolves when it is done. */
  run(): Promise<unknown>;
  /** How often in a round; contestants whose one run takes long take part less often. */
  readonly times: number;
}

/** Milliseconds of every run, by contestant. The first round warms up and is not counted. */
export async function latencies(contestants: readonly Contestant[], rounds: number): Promise<Map<string, number[]>> {
  const samples = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run, times } of contestants) {
      for (let i = 0; i < times; i++) {
        const started = performance.now();
        await run();
        if (round > 0) samples.get(name)!.push(performance.now() - started);
      }
    }
  }
  return samples;
}

export interface Runner {
  readonly name: string;
  /** Runs that wait for their answers at the same time. */
  readonly inFlight: number;
  run(): Promise<unknown>;
}

/** Runs a second, by runner: the median of rounds of `ms` each. The first round warms up and is not counted. */
export async function rates(runners: readonly Runner[], rounds: number, ms: number): Promise<Map<string, number>> {
  const samples = new Map(runners.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const runner of runners) {
      const rate = await rateOf(runner, ms);
      if (round > 0) samples.get(runner.name)!.push(rate);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, p50(all)]));
}

async function rateOf({ inFlight, run }: Runner, ms: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  const lane = async () => {
    while (performance.now() - started < ms) {
      await run();
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (done * 1000) / (performance.now() - started);
}
