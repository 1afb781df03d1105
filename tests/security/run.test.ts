/** Attack class 20: what `moorage run` delivers shows in no output that others read, and every use is on record. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { moorage } from "../cli/support/command.ts";
import { noTerminal, startTerminal } from "../cli/support/terminal.ts";
import { openWorkerd } from "../support/hosts.ts";

const CANARY = "canary-b7Qe+/93 x";
const LINE = `"private_key": "${"MIIEvQ".repeat(12)}"`;
const FORMS = [
  CANARY,
  Buffer.from(CANARY).toString("base64"),
  Buffer.from(CANARY).toString("hex"),
  encodeURIComponent(CANARY),
];

let root: string;
let entry: string;
let home: { dataDir: string; configDir: string };
let env: Record<string, string>;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "moorage-run-"));
  ({ entry } = await buildPackage(join(root, "built")));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    MOORAGE_DATA_DIR: home.dataDir,
    MOORAGE_CONFIG_DIR: home.configDir,
  };
  for (const [name, value, ...place] of [
    ["CANARY", CANARY],
    ["PIN", "4711"],
    ["ACCOUNT", `{\n  ${LINE}\n}\n`],
    ["LD_PRELOAD", "/tmp/evil.so"],
    ["OWN", "scouts-own-value", "--agent", "scout"],
  ] as const) {
    expect((await moorage(home, ["secret", "set", name, ...place], { stdin: value })).code).toBe(0);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const run = (words: string[], { input = "", more = {} }: { input?: string; more?: Record<string, string> } = {}) =>
  spawnSync(process.execPath, [entry, "run", ...words], { env: { ...env, ...more }, encoding: "utf8", input });
const sh = (script: string) => ["--", "sh", "-c", script];

describe("output that is no terminal", () => {
  it("holds no value in any form, although the program has it", () => {
    expect(spawnSync("env", { env: { CANARY }, encoding: "utf8" }).stdout).toContain(CANARY);
    const printing = 'env; printf %s "$CANARY" | base64; printf %s "$CANARY" | od -An -tx1 | tr -d " \\n"; env >&2';
    const { status, stdout, stderr } = run(sh(`${printing}; cat /proc/self/environ; test "$CANARY" = "${CANARY}"`));
    expect(status).toBe(0);
    expect(stdout).toContain("CANARY=***\n");
    expect(stdout).toContain("PIN=***\n");
    for (const form of [...FORMS, "4711"]) {
      expect(stdout).not.toContain(form);
      expect(stderr).not.toContain(form);
    }
  });

  it("holds no line of a value that has several", () => {
    const { stdout } = run(sh('printf %s "$ACCOUNT" | base64; printf "%s\\n" "$ACCOUNT" | sed "s/^/> /"'));
    expect(stdout).not.toContain(LINE);
    expect(stdout).not.toContain(Buffer.from(LINE).toString("base64").slice(4, -8));
    expect(stdout).toContain(">   ***\n");
  });

  it("is the program's own otherwise, byte by byte", () => {
    const { stdout, stderr, status } = run(sh("cat; printf done >&2; exit 7"), { input: "from\0stdin\u00e9" });
    expect({ stdout, stderr: stderr.slice(-4), status }).toEqual({
      stdout: "from\0stdin\u00e9",
      stderr: "done",
      status: 7,
    });
  });

  it("is unmasked only for a person at a terminal", () => {
    const { status, stdout, stderr } = run(["--no-mask", ...sh("env")]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("--no-mask asks a person at the terminal");
  });
});

describe("every use", () => {
  it("is on record, with the names and no value", async () => {
    run(["--only", "CANARY", ...sh("true")]);
    const { stdout } = await moorage(home, ["status", "audit"]);
    const [last] = JSON.parse(stdout).records.filter(
      (record: { function: string }) => record.function === "secrets:resolve",
    );
    expect(last).toMatchObject({ outcome: "ok", subjects: expect.arrayContaining(["secret:default/CANARY v1"]) });
    for (const form of FORMS) expect(stdout).not.toContain(form);
  });
});

describe("what a program gets", () => {
  it("is what the agent gets, or the names that are asked for", () => {
    expect(run(["--agent", "scout", ...sh('test "$OWN" = scouts-own-value')]).status).toBe(0);
    expect(run(sh('test -z "$OWN"')).status).toBe(0);
    expect(run(["--only", "PIN", ...sh('test "$PIN$CANARY" = 4711')]).status).toBe(0);
  });

  it("is nothing, and it is not started, if a name is missing", () => {
    const { status, stderr, stdout } = run(["--only", "PIN,NO_SUCH", ...sh("echo started")]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe("moorage: the agent default has no secret NO_SUCH; nothing was started\n");
  });

  it("makes it load nothing that an agent chose, unless it is named", () => {
    const { stdout, stderr } = run(sh('echo "[$LD_PRELOAD]"'));
    expect(stdout).toBe("[]\n");
    expect(stderr).toContain("left out, since it decides what programs load: LD_PRELOAD (--only)");
    expect(run(["--only", "LD_PRELOAD", ...sh('test -n "$LD_PRELOAD"')]).status).toBe(0);
  });

  it("does not include the key that opens the rest", async () => {
    const host = await openWorkerd();
    const { door } = await host.admit();
    const child = spawn(process.execPath, [entry, "run", ...sh('echo "[$MOORAGE_API_KEY]$MOORAGE_URL"')], {
      env: { PATH: env["PATH"], MOORAGE_URL: door.address, MOORAGE_API_KEY: door.apiKey },
    });
    expect(await text(child.stdout)).toBe(`[]${door.address}\n`);
    await host.close();
  });
});

describe("the program's end", () => {
  it("by a signal is told as shells tell it", () => {
    expect(run(sh("kill -KILL $$")).status).toBe(128 + 9);
  });

  it("may be asked for by a signal, which reaches the program", async () => {
    const script = 'trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.05; done';
    const child = spawn(process.execPath, [entry, "run", ...sh(script)], { env });
    await once(child.stdout, "data");
    const rest = text(child.stdout);
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect(await rest).toBe("bye\n");
    expect(await closed).toEqual([5, null]);
  });

  it("comes when nobody reads any more", () => {
    const line = `"${process.execPath}" "${entry}" run -- yes | head -n 1`;
    expect(spawnSync("sh", ["-c", line], { env, encoding: "utf8", timeout: 20_000 })).toMatchObject({
      stdout: "y\n",
      status: 0,
    });
  });

  it.each([
    [["--", "/no/such/program"], 127, "/no/such/program cannot be started: there is no such program"],
    [["--", "/"], 126, "/ cannot be started: EACCES"],
    [[], 1, "put the command after two dashes: moorage run -- npm start"],
    [["npm", "start"], 1, "put the command after two dashes: moorage run -- npm start"],
    [["npm", "--", "start"], 1, 'unexpected "npm"; see moorage run --help'],
  ])("%j never comes to a beginning", (words, status, message) => {
    const ran = run(words);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(`moorage: ${message}`);
  });
});

describe.skipIf(noTerminal)(`at a terminal${noTerminal === undefined ? "" : ` (${noTerminal})`}`, () => {
  const atTerminal = (words: string[]) => startTerminal([process.execPath, entry, "run", ...words], env);

  it("the program has it for itself, unmasked", async () => {
    const terminal = atTerminal(sh('test -t 1 && echo "$PIN"'));
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toContain("4711");
  });

  it("--no-mask asks, and a no keeps the mask", async () => {
    const line = `"${process.execPath}" "${entry}" run --no-mask --only PIN -- printenv PIN | cat`;
    for (const [answer, shown] of [
      ["n\n", "***"],
      ["y\n", "4711"],
    ] as const) {
      const terminal = startTerminal(["sh", "-c", line], env);
      await terminal.sees("in the output of printenv? [y/N]");
      terminal.type(answer);
      await terminal.exited;
      expect(terminal.screen()).toContain(shown);
      expect(terminal.screen().includes("4711")).toBe(shown === "4711");
    }
  });
});
