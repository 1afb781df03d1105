// `pnpm bench [section[/table] …]`: how fast it is, beside others in the same run. Prints, and judges nobody: a goal that
// is missed is a line in a table, never a failure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "../tests/bench/engine/section.ts";
import { fleet } from "../tests/bench/fleet/section.ts";
import { mcp } from "../tests/bench/mcp/section.ts";
import { table } from "../tests/bench/measure/figures.ts";
import { describeMachine } from "../tests/bench/measure/machine.ts";
import type { Section } from "../tests/bench/sections.ts";
import { security } from "../tests/bench/security/section.ts";

const SECTIONS: Readonly<Record<string, Section>> = { mcp, engine, security, fleet };

const wanted = process.argv.slice(2);
const isWanted = (section: string, name: string) =>
  wanted.length === 0 || wanted.includes(section) || wanted.includes(`${section}/${name}`);
const measures = Object.entries(SECTIONS).flatMap(([section, tables]) =>
  Object.entries(tables)
    .filter(([name]) => isWanted(section, name))
    .map(([name, measure]) => ({ title: `${section}/${name}`, measure })),
);
if (measures.length === 0) {
  console.error(`There is no such section; choose from ${Object.keys(SECTIONS).join(", ")}.`);
  process.exit(1);
}

console.log(describeMachine());
for (const { title, measure } of measures) {
  const folder = mkdtempSync(join(tmpdir(), "moorage-bench-"));
  try {
    console.log(`\n# ${title}\n`);
    console.log(table(await measure(folder)));
  } catch (error) {
    console.log(`could not be measured: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
