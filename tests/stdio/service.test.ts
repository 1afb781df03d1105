/** `moorage service`, with a `systemctl` that writes down what it is told in place of the machine's own. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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
  mkdirSync(join(home, "tools"));
  for (const tool of ["touch", "rm"]) symlinkSync(`/bin/${tool}`, join(home, "tools", tool));
});
afterEach(() => rmSync(home, { recursive: true }));

const unit = () => join(home, ".config/systemd/user/moorage.service");
const told = () => readFileSync(join(home, "told"), "utf8").trim().split("\n");

function systemctl(does: string) {
  writeFileSync(join(home, "bin/systemctl"), `#!/bin/sh\necho "$@" >> ${home}/told\n${does}\n`, { mode: 0o755 });
}

const run = (...words: string[]) => runIn({}, ...words);
const runIn = (env: Record<string, string>, ...words: string[]) =>
  spawnSync(process.execPath, [join(built, "dist/moorage.js"), ...words], {
    encoding: "utf8",
    env: { PATH: `${join(home, "bin")}:${join(home, "tools")}`, HOME: home, NODE: dirname(process.execPath), ...env },
  });

describe.skipIf(process.platform !== "linux")("moorage service (systemd is on Linux only)", () => {
  it("is installed, once and again, and taken back", () => {
    systemctl("exit 0");
    expect(run("service", "install").status).toBe(0);
    expect(readFileSync(unit(), "utf8")).toContain(
      `ExecStart="${process.execPath}" "${built}/dist/moorage.js" "serve"`,
    );
    expect(run("service", "install").status).toBe(0);
    expect(told().filter((line) => line.includes("enable"))).toHaveLength(2);
    expect(run("service", "uninstall").stdout).toContain("its file is gone");
    expect(told().slice(-2)).toEqual(["--user disable --now moorage.service", "--user daemon-reload"]);
    expect(existsSync(join(home, ".config/systemd"))).toBe(false);
    expect(run("service", "uninstall").stdout).toContain("There is no service");
  });

  it("leaves the folder in which another service is", () => {
    systemctl("exit 0");
    run("service", "install");
    writeFileSync(join(dirname(unit()), "theirs.service"), "");
    run("service", "uninstall");
    expect(readdirSync(dirname(unit()))).toEqual(["theirs.service"]);
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
    systemctl("exit 0");
    expect(run("service", "install", "--listen", "nowhere").stderr).toContain("--listen must be a port");
    mkdirSync(join(home, ".config/moorage"), { recursive: true });
    writeFileSync(join(home, ".config/moorage/profile-far.json"), '{"address":"https://moorage.example.com"}');
    expect(run("--profile", "far", "service", "install").stderr).toContain("a Moorage elsewhere runs by itself");
    expect(run("--profile", "gone", "service", "install").stderr).toContain('there is no profile "gone"');
    expect(existsSync(unit())).toBe(false);
  });

  it("that systemd does not take is an error with its words, and leaves nothing", () => {
    systemctl("echo Failed to connect to bus >&2; exit 1");
    const { status, stderr } = run("service", "install");
    expect(status).toBe(1);
    expect(stderr).toContain("`systemctl --user daemon-reload` failed: Failed to connect to bus");
    expect(existsSync(join(home, ".config"))).toBe(false);
  });

  it("that ends again at once is not said to run, and leaves nothing", () => {
    systemctl('if [ "$2" = is-active ]; then echo activating; exit 3; fi');
    const { status, stderr } = run("service", "install");
    expect(status).toBe(1);
    expect(stderr).toContain("The service was started, and has ended again.");
    expect(stderr).toContain(`Run \`${process.execPath} ${built}/dist/moorage.js serve\` to see why.`);
    expect(existsSync(join(home, ".config"))).toBe(false);
  });

  it("that systemd does not take any more is there as it was", () => {
    systemctl("exit 0");
    run("service", "install");
    const before = readFileSync(unit(), "utf8");
    systemctl("exit 1");
    expect(run("service", "install", "--listen", "8787").status).toBe(1);
    expect(readFileSync(unit(), "utf8")).toBe(before);
  });

  it("is not installed where nothing could run it, and its file can go all the same", () => {
    const { status, stderr } = run("service", "install");
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("there is no systemctl here"),
    });
    expect(existsSync(join(home, ".config"))).toBe(false);
    systemctl("exit 0");
    run("service", "install");
    rmSync(join(home, "bin/systemctl"));
    expect(run("service", "uninstall").stdout).toContain("nothing here could run it");
    expect(existsSync(unit())).toBe(false);
  });

  it("that cannot be ended stays, with the way out", () => {
    systemctl("exit 0");
    run("service", "install");
    systemctl("echo no session >&2; exit 1");
    const { status, stderr } = run("service", "uninstall");
    expect(status).toBe(1);
    expect(stderr).toContain("no session");
    expect(stderr).toContain(`delete ${unit()}`);
    expect(existsSync(unit())).toBe(true);
  });
});

describe("moorage service on macOS", () => {
  const agent = () => join(home, "Library/LaunchAgents/dev.moorage.serve.plist");

  /** As launchd does it, says an error for what is loaded already, and for what is not. */
  function launchctl(state = "running") {
    const loaded = join(home, "loaded");
    const script = `echo "$1" >> ${home}/told
case "$1" in
  print) test -e ${loaded} && echo "state = ${state}" ;;
  bootstrap) test ! -e ${loaded} && touch ${loaded} ;;
  bootout) rm ${loaded} ;;
esac`;
    writeFileSync(join(home, "bin/launchctl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    writeFileSync(join(home, "mac.cjs"), 'Object.defineProperty(process, "platform", { value: "darwin" });');
  }
  const runMac = (...words: string[]) =>
    runIn({ NODE_OPTIONS: `--require ${join(home, "mac.cjs")}`, MOORAGE_DATA_DIR: join(home, "data") }, ...words);

  it("is installed, once and again, and taken back", () => {
    launchctl();
    expect(runMac("service", "install")).toMatchObject({ status: 0, stderr: "" });
    expect(runMac("service", "install")).toMatchObject({ status: 0, stderr: "" });
    expect(told()).toEqual(["print", "bootstrap", "print", "print", "bootout", "bootstrap", "print"]);
    expect(readFileSync(agent(), "utf8")).toContain("<string>serve</string>");
    expect(runMac("service", "uninstall").stdout).toContain("its file is gone");
    expect(existsSync(agent())).toBe(false);
  });

  it("that ends again at once is not said to run, and leaves nothing", () => {
    launchctl("spawn scheduled");
    const { status, stderr } = runMac("service", "install");
    expect(status).toBe(1);
    expect(stderr).toContain("The service was started, and has ended again.");
    expect(told().at(-1)).toBe("bootout");
    expect(existsSync(join(home, "Library"))).toBe(false);
  });

  it("that ended by itself can be taken back", () => {
    launchctl();
    runMac("service", "install");
    rmSync(join(home, "loaded"));
    expect(runMac("service", "uninstall")).toMatchObject({ status: 0, stderr: "" });
  });
});
