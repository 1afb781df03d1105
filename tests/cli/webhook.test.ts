import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Network, openNetwork } from "../support/network.ts";
import { type Home, moorage } from "./support/command.ts";

const ADDRESS = "https://hooks.example.com/marker-7f3";

let root: string;
let home: Home;
let network: Network;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
  network = openNetwork();
});
afterEach(() => {
  network.close();
  rmSync(root, { recursive: true });
});

const run = (words: string[], how = {}) => moorage(home, ["alerts", "webhook", ...words], how);

describe("moorage alerts webhook", () => {
  it("is set from standard input, tried, shown without its address, and turned off", async () => {
    const got: string[] = [];
    network.hosts.set("hooks.example.com", async (request) => {
      got.push(`${request.url} ${JSON.parse(await request.text()).event}`);
      return new Response(null, { status: 204 });
    });
    const set = await run(["set"], { stdin: `${ADDRESS}\n` });
    expect(JSON.parse(set.stdout)).toMatchObject({ webhook: { host: "hooks.example.com", form: "json" } });
    expect(await run(["test"], { terminal: true })).toMatchObject({ code: 0, stdout: "It has arrived.\n" });
    expect(got).toEqual([`${ADDRESS} test`]);
    const shown = await run([], { terminal: true });
    expect(shown.stdout.split("\n")).toEqual([
      "Alerts go to hooks.example.com (json).",
      expect.stringMatching(/^AT +EVENT +STATE +TRIES +PROBLEM$/),
      expect.stringMatching(/^\S+ \S+ +test +delivered +1$/),
      "",
    ]);
    expect(set.stdout + set.stderr + shown.stdout + shown.stderr).not.toContain("marker-7f3");
    expect(await run(["off"], { terminal: true })).toMatchObject({ stdout: "Alerts are sent nowhere from now on.\n" });
    expect((await run([], { terminal: true })).stdout).toContain("Alerts are sent nowhere.\n");
  });

  it("says that a message has not arrived, and ends with 1", async () => {
    await run(["set"], { stdin: ADDRESS });
    expect(await run(["test"], { terminal: true })).toMatchObject({
      code: 1,
      stdout: "It has not arrived. No answer came.\n",
    });
  });

  it("refuses an address that alerts may not be sent to, without repeating it", async () => {
    await expect(run(["set"], { stdin: "https://10.0.0.1/marker-7f3" })).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the address must name a host, not an address; nothing has changed"),
    });
    const slack = await run(["set", "--form", "slack"], { stdin: ADDRESS });
    expect(slack.stderr).toContain("must be at hooks.slack.com");
    expect(slack.stderr).not.toContain("marker-7f3");
  });

  it.each([
    [["sett"], '"sett" is none of set, test and off'],
    [["test", "--form", "ntfy"], "--form goes with set"],
    [["set", "--form", "pager"], "--form must be one of json, slack, ntfy"],
  ])("refuses %j in one sentence", async (words, message) => {
    const { code, stderr } = await run(words, { stdin: ADDRESS });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
