/** The command for a machine of one's own, run by a real shell; `sudo` and what the script installs are stand-ins. */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCRIPTS } from "@moorage/convex/model/server/_generated/scripts";
import { bootstrapCommand, bootstrapScript } from "@moorage/convex/model/server/bootstrap";
import * as keys from "@moorage/shared/contracts/keys";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { type Machine, machine, missingTools } from "../support/machine.ts";
import { deploy } from "../support/servers.ts";

const skipped = missingTools.length > 0 ? `: skipped, without ${missingTools.join(", ")}` : "";
const URL = "https://moorage.example.com";

describe(`the command for one's own machine${skipped}`, { skip: skipped !== "" }, () => {
  let host: Host;
  let owner: Caller;
  let box: Machine;
  const folder = mkdtempSync(join(tmpdir(), "moorage-own-"));
  beforeAll(async () => {
    host = await openInProcess({ env: { MOORAGE_PUBLIC_URL: URL } });
    owner = await host.admit();
  });
  afterEach(() => box.close());

  /** As typed: the line itself is in no process's arguments. */
  const typed = (command: string) =>
    new Promise<{ code: unknown; stderr: string }>((resolve) => {
      const env = { PATH: `${folder}:${process.env["PATH"]}`, CURL_CA_BUNDLE: join(box.root, "cert.pem") };
      const shell = execFile("bash", [], { env }, (error, _stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
      shell.stdin?.end(`${command}\n`);
    });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await host.close();
  });

  it("hands root the whole script and the token, and shows the token in nobody's arguments", async () => {
    const { token } = await deploy(host, owner, { name: "quay $(reboot)" });
    box = await machine(host, token);
    writeFileSync(join(folder, "sudo"), `#!/bin/sh\ncat >${folder}/script\nps -eo args >${folder}/arguments\n`);
    chmodSync(join(folder, "sudo"), 0o755);
    const url = JSON.parse(box.read("/etc/moorage/server.json")).url as string;
    expect(await typed(bootstrapCommand(url, token))).toMatchObject({ code: 0 });
    const script = readFileSync(join(folder, "script"), "utf8");
    const spec = { name: "quay $(reboot)", profile: "standard", url: URL, sshKeys: [], isOwn: true } as const;
    expect(script).toBe(`TOKEN=${token}\n${bootstrapScript(spec)}`);
    execFileSync("bash", ["-n"], { input: script });
    expect(readFileSync(join(folder, "arguments"), "utf8")).not.toContain(token);
  });

  describe("that was a server before", () => {
    const again = (name: string) =>
      new Promise<{ code: unknown; stderr: string }>((resolve) => {
        const env = {
          PATH: process.env["PATH"],
          CURL_CA_BUNDLE: join(box.root, "cert.pem"),
          MOORAGE_ROOT: box.root,
          NAME: name,
        };
        const shell = execFile("bash", [], { env }, (error, _stdout, stderr) =>
          resolve({ code: error?.code ?? 0, stderr }),
        );
        shell.stdin?.end(SCRIPTS.again);
      });
    const kept = (path: string) => existsSync(join(box.root, path));
    const prepare = async (name: string) => {
      const { token } = await deploy(host, owner, { name });
      box = await machine(host, token);
      await box.run("start");
    };

    it("is taken by no other deployment while it is one, and goes on after its own line", async () => {
      await prepare("bar");
      expect(await again("quay-1")).toEqual({ code: 0, stderr: "" });
      expect(await again("pier")).toMatchObject({ code: 1, stderr: expect.stringContaining('the server "quay-1"') });
      expect(kept("etc/moorage/server.key")).toBe(true);
    });

    it("starts from nothing once that is over, and what was kept is put aside", async () => {
      await prepare("shoal");
      const keyId = box.read("/etc/moorage/server.key").slice(5, 21);
      await owner.backend.call(keys.revoke, { id: keyId });
      expect((await again("quay-1")).code).toBe(0);
      expect(kept("etc/moorage/server.key") || kept("srv/moorage") || kept("run/moorage")).toBe(false);
      expect(readdirSync(join(box.root, "srv"))).toEqual([expect.stringMatching(/^moorage\.\d+$/)]);
    });

    it("is left alone where nobody can be asked", async () => {
      await prepare("reef");
      box.loseAnswer();
      expect(await again("quay-1")).toMatchObject({ code: 1, stderr: expect.stringContaining("does not tell") });
      expect(kept("etc/moorage/server.key")).toBe(true);
    });
  });

  it("says what to do, and starts nothing, where its token is no longer taken", async () => {
    const { token } = await deploy(host, owner, { name: "shed" });
    box = await machine(host, token);
    writeFileSync(join(folder, "sudo"), `#!/bin/sh\ntouch ${folder}/started\n`);
    const url = JSON.parse(box.read("/etc/moorage/server.json")).url as string;
    const { code, stderr } = await typed(bootstrapCommand(url, token.replace(/.{4}$/, "0000")));
    expect(code).not.toBe(0);
    expect(stderr).toContain("moorage deploy host NAME prints a new one");
    expect(existsSync(join(folder, "started"))).toBe(false);
  });
});
