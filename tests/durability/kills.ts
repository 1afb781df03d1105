/** Kills writers of one file at random moments, one after another, and counts what is lost: nothing may be. */
import { setTimeout } from "node:timers/promises";
import type { Survivors, Writer } from "./writer.ts";

/** Far apart, so that no two writers use the same number. */
const NUMBERS_EACH = 1_000_000;
const LONGEST_MS = 120;

export interface Outcome extends Survivors {
  readonly kills: number;
  readonly acknowledged: number;
  /** Acknowledged, and not in the file. */
  readonly lost: readonly number[];
}

/** `random` in [0, 1) chooses the moments; every writer lives until its first acknowledgement and a little longer. */
export async function killRepeatedly(writer: Writer, kills: number, random: () => number): Promise<Outcome> {
  const acknowledged = new Set<number>();
  for (let kill = 0; kill < kills; kill++) {
    const first = Promise.withResolvers<void>();
    const running = writer.start(kill * NUMBERS_EACH, (number) => {
      acknowledged.add(number);
      first.resolve();
    });
    await Promise.race([first.promise.then(() => setTimeout(random() * LONGEST_MS)), running.broken]);
    await running.kill();
  }
  const survivors = await writer.survivors();
  const lost = [...acknowledged].filter((number) => !survivors.numbers.has(number));
  return { ...survivors, kills, acknowledged: acknowledged.size, lost };
}
