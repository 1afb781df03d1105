import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("./bare-program.ts", import.meta.url));

async function run(scenario: string, ...flags: string[]) {
  const env = { PATH: process.env["PATH"] };
  const child = spawn(process.execPath, [...flags, PROGRAM, scenario], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { lines: output.trim().split("\n"), errors, code };
}

it("a library that looks for Convex when it is imported finds it, before there is an engine", async () => {
  expect(await run("lookForHost")).toMatchObject({ lines: ["true", "alive"], code: 0 });
});

it.each([
  ["a call", "missingFunction", "Could not find public function for 'functions:nope'"],
  ["a request", "missingFunctionOverHttp", "error"],
  ["a cron job", "missingFunctionOfCron", "Could not find public function for 'functions:nope'"],
])("%s that names no function fails and the process goes on", async (_what, scenario, line) => {
  expect(await run(scenario)).toMatchObject({ lines: [line, "alive"], code: 0 });
});

it("a rejection of the host program's own ends the process, as it does without an engine", async () => {
  const { lines, errors, code } = await run("rejectionOfTheHost");
  expect({ lines, code }).toEqual({ lines: [""], code: 1 });
  expect(errors).toContain("Error: the host's own");
});

it("one whose reason is no error, too", async () => {
  const { errors, code } = await run("reasonOfTheHostThatIsNoError");
  expect(code).toBe(1);
  expect(errors).toContain("ERR_UNHANDLED_REJECTION");
});

it("a rejection of the host's own is only warned of where Node.js was told so", async () => {
  const { lines, errors, code } = await run("rejectionOfTheHost", "--unhandled-rejections=warn");
  expect({ lines, code }).toEqual({ lines: ["alive"], code: 0 });
  expect(errors).toContain("the host's own");
});

it("an action fails with what a timer of its throws", async () => {
  expect(await run("throwsInTimer")).toMatchObject({ lines: ["in a timer", "alive"], code: 0 });
});

it("one that has answered by then has it in its log", async () => {
  expect(await run("throwsInTimerLater")).toMatchObject({
    lines: ["log: 'Uncaught' Error: in a timer", "alive"],
    code: 0,
  });
});

it("a call that waits for nothing fails, though nothing else keeps the process up", async () => {
  const { lines, code } = await run("hangs");
  expect({ lines, code }).toEqual({ lines: [expect.stringContaining("will never resolve"), "alive"], code: 0 });
});
