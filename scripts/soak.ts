// `pnpm soak [--minutes N] [--kills N] [--seconds N]`: what takes too long for a test. Fails when anything is lost, damaged
// or grows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineWriter } from "../tests/durability/engine-writer.ts";
import { serverWriter } from "../tests/durability/server-writer.ts";
import { soakContention } from "../tests/soak/contention.ts";
import { soakKills } from "../tests/soak/kills.ts";
import { soakScheduler } from "../tests/soak/scheduler.ts";
import { buildPackage } from "./build.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seconds: { type: "string", default: "20" },
    minutes: { type: "string", default: "10" },
  },
});
const kills = Number(values.kills);
const seconds = Number(values.seconds);
const minutes = Number(values.minutes);

const folder = mkdtempSync(join(tmpdir(), "moorage-soak-"));
const inFolder = (name: string) => join(folder, name);
let good = true;
async function step(work: Promise<{ report: string; good: boolean }>) {
  const outcome = await work;
  console.log(`${outcome.good ? "ok  " : "FAIL"} ${outcome.report}`);
  good &&= outcome.good;
}

try {
  const { entry } = await buildPackage(inFolder("dist"));
  if (kills > 0) {
    await step(soakKills(serverWriter(entry, inFolder("kills")), Math.ceil(kills / 2)));
    await step(soakKills(engineWriter(inFolder("kills.db")), Math.floor(kills / 2)));
  }
  if (seconds > 0) {
    await step(soakContention(serverWriter(entry, inFolder("contention")), seconds));
    await step(soakContention(engineWriter(inFolder("contention.db")), seconds));
  }
  if (minutes > 0) await step(soakScheduler(folder, minutes, console.log));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = good ? 0 : 1;
