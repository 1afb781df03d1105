// `npm test`: formatting, lint and types, the build, then every test. The last line counts them: `N passed, N failed`.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);

/** Resolves with the exit code. What runs beside others is shown when it has ended, what runs alone as it comes. */
function run(
  title: string,
  command: string,
  args: readonly string[],
  { beside }: { beside: boolean },
): Promise<number> {
  const head = `\n— ${title}`;
  if (!beside) console.log(head);
  return new Promise((resolve) => {
    const stdio = beside ? "pipe" : "inherit";
    const child = spawn(join(root, "node_modules", ".bin", command), args, { cwd: root, stdio });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => said.push(chunk));
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      if (beside) console.log(`${head}\n${Buffer.concat(said)}`);
      resolve(code ?? 1);
    });
  });
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
}

async function vitest(): Promise<{ passed: number; failed: number; skipped: number }> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-test-"));
  const file = join(folder, "report.json");
  try {
    const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...only];
    const code = await run("tests", "vitest", args, { beside: false });
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    // A file that does not load has no tests to fail, and an unhandled error fails the run alone: both count as one.
    const failed = report.numFailedTests + (report.numFailedTests === 0 && code !== 0 ? 1 : 0);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const steps: [title: string, command: string, args: string[]][] = [
  ["format and lint", "biome", ["ci", "."]],
  ["types", "tsc", ["-b"]],
  ["unused code", "knip", []],
  ["build", "node", ["scripts/build.ts"]],
];

const codes = await Promise.all(steps.map((step) => run(...step, { beside: true })));
let passed = codes.filter((code) => code === 0).length;
let failed = codes.length - passed;
const tests = await vitest();
passed += tests.passed;
failed += tests.failed;
console.log(`\n${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
