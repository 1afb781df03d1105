import { killRepeatedly } from "../durability/kills.ts";
import type { Writer } from "../durability/writer.ts";

/** Kills a writer many times; says what was acknowledged and lost, and whether all is well. */
export async function soakKills(writer: Writer, kills: number): Promise<{ report: string; good: boolean }> {
  const { acknowledged, lost, halves, integrity } = await killRepeatedly(writer, kills, Math.random);
  const report = `${writer.name}: ${kills} kills, ${acknowledged} writes acknowledged, ${lost.length} lost, ${halves} by half, integrity ${integrity}`;
  return { report, good: lost.length === 0 && halves === 0 && integrity === "ok" };
}
