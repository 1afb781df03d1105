/** Opening a large file and searching in it, in processes that do nothing else. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Figure } from "../measure/figures.ts";
import { p50 } from "../measure/statistics.ts";

const RUNS = 5;

export interface Reopened {
  openMs: number;
  residentMb: number;
}

export async function measureReopened(path: string, id: string): Promise<Figure[]> {
  // Bundled, as products ship it: stripping types would weigh more than the engine.
  const outfile = join(path, "..", "reopen.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./reopen.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  const runs = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, [outfile, path, id], { encoding: "utf8" });
    return JSON.parse(output) as Reopened;
  });
  return [
    {
      name: "open the file, first document read",
      unit: "ms",
      ours: p50(runs.map(({ openMs }) => openMs)),
      goal: { bound: "at most", limit: 50 },
    },
    {
      name: "resident after the searches",
      unit: "MB",
      ours: p50(runs.map(({ residentMb }) => residentMb)),
      goal: { bound: "at most", limit: 150 },
    },
  ];
}
