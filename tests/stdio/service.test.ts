/** `moorage service`, with a `systemctl` that writes down what it is told in place of the machine's own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";

const built = mkdtempSync(join(tmpdir(), "moorage-service-built-"));
beforeAll(async () => {
  await buildPackage(join(built, "dist"));
});
afterAll(() => rmSync(built, { recursive: true }));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-service-"));
  mkdirSync(join(home, "bin"));
});
afterEach(() => rmSync(home, { recursive: true }));

const unit = () => join(home, ".config/systemd/user/moorage.service");
const told = () => readFileSync(join(home, "told"), "utf8").trim().split("\n");

function systemctl(exit: number) {
  writeFileSync(join(home, "bin/systemctl"), `#!/bin/sh\necho "$@" >> ${home}/told\nexit ${exit}\n`, { mode: 0o755 });
}

const run = (...words: string[]) => runIn({}, ...words);
const runIn = (env: Record<string, string>, ...words: string[]) =>
  spawnSync(process.execPath, [join(built, "dist/moorage.js"), ...words], {
    encoding: "utf8",
    env: { PATH: `${join(home, "bin")}:/usr/bin:/bin`, HOME: home, NODE: dirname(process.execPath), ...env },
  });

describe.skipIf(process.platform !== "linux")("moorage service (systemd is on Linux only)", () => {
  it("is installed, once and again, and taken back", () => {
    systemctl(0);
    expect(run("service", "install").status).toBe(0);
    expect(readFileSync(unit(), "utf8")).toContain(
      `ExecStart="${process.execPath}" "${built}/dist/moorage.js" "serve"`,
    );
    expect(run("service", "install").status).toBe(0);
    expect(told().filter((line) => line.includes("enable"))).toHaveLength(2);
    expect(run("service", "uninstall").stdout).toContain("its file is gone");
    expect(told().at(-1)).toBe("--user disable --now moorage.service");
    expect(existsSync(unit())).toBe(false);
    expect(run("service", "uninstall").stdout).toContain("There is no service");
  });

  it("is shown and not installed with --print", () => {
    const { stdout } = run("service", "install", "--print", "--listen", "0.0.0.0:8787");
    expect(stdout).toContain('"--listen" "0.0.0.0:8787"');
    expect(existsSync(unit())).toBe(false);
  });

  it("keeps the address that servers are told", () => {
    const env = { MOORAGE_PUBLIC_URL: "https://moorage.example.com" };
    expect(runIn(env, "service", "install", "--print").stdout).toContain(
      'Environment="MOORAGE_PUBLIC_URL=https://moorage.example.com"',
    );
  });

  it("that could not run is not written", () => {
    systemctl(0);
    expect(run("service", "install", "--listen", "nowhere").stderr).toContain("--listen must be a port");
    mkdirSync(join(home, ".config/moorage"), { recursive: true });
    writeFileSync(join(home, ".config/moorage/profile-far.json"), '{"address":"https://moorage.example.com"}');
    expect(run("--profile", "far", "service", "install").stderr).toContain("a Moorage elsewhere runs by itself");
    expect(existsSync(unit())).toBe(false);
  });

  it("that systemd does not take is an error with the command to try", () => {
    systemctl(1);
    const { status, stderr } = run("service", "install");
    expect(status).toBe(1);
    expect(stderr).toContain("systemctl --user daemon-reload");
  });
});
