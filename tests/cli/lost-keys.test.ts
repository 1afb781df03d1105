/** A database whose keys are nowhere: nothing is made in their place but by a person's word. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { moorage } from "./support/command.ts";

const RENEWING = fileURLToPath(new URL("../durability/renewing-process.ts", import.meta.url));

let root: string;
let home: { dataDir: string; configDir: string };
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "moorage-lost-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
  await moorage(home, ["memory", "add", "The heron is blue.", "--type", "fact"]);
  await moorage(home, ["secret", "set", "API_KEY"], { stdin: "opened-before" });
});
afterEach(() => rmSync(root, { recursive: true }));

const keyFile = () => join(home.configDir, readdirSync(home.configDir).find((name) => name.endsWith(".json"))!);
const list = () => moorage(home, ["memory", "list"]);
const renew = (typed = "y\n") => moorage(home, ["keys", "renew"], { typed });
const exports = async (name: string) =>
  (await moorage(home, ["secret", "export", "--format", "json"], { typed: "y\n" })).stdout.includes(name);

describe("a database whose keys are not where they are looked for", () => {
  it("is not opened, and says where they would be and what to do", async () => {
    renameSync(home.configDir, join(root, "elsewhere"));
    const { code, stderr } = await list();
    expect(code).toBe(1);
    for (const said of [home.configDir, "MOORAGE_CONFIG_DIR", "moorage restore FILE --replace", "moorage keys renew"]) {
      expect(stderr).toContain(said);
    }
    expect(readdirSync(home.configDir)).toEqual([]);
  });

  it("is as it was once they are back", async () => {
    renameSync(home.configDir, join(root, "elsewhere"));
    await list();
    rmSync(home.configDir, { recursive: true });
    renameSync(join(root, "elsewhere"), home.configDir);
    expect(await exports("opened-before")).toBe(true);
  });

  it("and whose mark is gone is not taken for a new one", async () => {
    const marker = join(home.dataDir, "moorage.json");
    const before = readFileSync(marker, "utf8");
    rmSync(marker);
    expect((await list()).stderr).toContain("moorage.json is missing beside its database");
    expect(existsSync(marker)).toBe(false);
    writeFileSync(marker, before);
    expect(await exports("opened-before")).toBe(true);
  });
});

describe("moorage keys renew", () => {
  it("keeps memories, names the secrets that are lost, and takes new values", async () => {
    rmSync(keyFile());
    const { code, stdout } = await renew();
    expect(code).toBe(0);
    expect(stdout).toContain("API_KEY");
    expect((await list()).stdout).toContain("The heron is blue.");
    expect((await moorage(home, ["secret", "set", "API_KEY"], { stdin: "set-again" })).code).toBe(0);
    expect(await exports("set-again")).toBe(true);
  });

  it.each([
    ["key file", keyFile],
    ["mark", () => join(home.dataDir, "moorage.json")],
  ])("puts a damaged %s aside", async (_, path) => {
    const damaged = path();
    writeFileSync(damaged, "{");
    expect((await list()).stderr).toContain("moorage keys renew");
    expect((await renew()).code).toBe(0);
    expect((await list()).stdout).toContain("The heron is blue.");
    const aside = [home.dataDir, home.configDir].flatMap((folder) =>
      readdirSync(folder).map((name) => join(folder, name)),
    );
    expect(aside.filter((name) => name.startsWith(`${damaged}.`)).map((name) => readFileSync(name, "utf8"))).toEqual([
      "{",
    ]);
  });

  it("that was killed once the new keys were there is finished by the next one", async () => {
    rmSync(keyFile());
    const { signal } = spawnSync(process.execPath, [RENEWING, JSON.stringify(home)]);
    expect(signal).toBe("SIGKILL");
    const { stderr } = await moorage(home, ["secret", "set", "API_KEY"], { stdin: "too-early" });
    expect(stderr).toContain("The master key that seals these secrets is not there.");
    expect(stderr).toContain("moorage keys renew");
    const { code, stdout } = await renew();
    expect(code).toBe(0);
    expect(stdout).toContain("API_KEY");
    expect((await moorage(home, ["secret", "set", "API_KEY"], { stdin: "set-again" })).code).toBe(0);
    expect(await exports("set-again")).toBe(true);
    expect((await renew()).stderr).toContain("are there; nothing has changed");
  });

  it("changes nothing without a yes, or where nobody is there to give it", async () => {
    rmSync(keyFile());
    expect((await renew("n\n")).code).toBe(1);
    expect((await moorage(home, ["keys", "renew"], { stdin: "y\n" })).stderr).toContain("for a person at a terminal");
    expect(readdirSync(home.configDir)).toEqual([]);
  });

  it("is refused where the keys are there, or nothing has been made yet", async () => {
    expect((await renew()).stderr).toContain("are there; nothing has changed");
    expect(await exports("opened-before")).toBe(true);
    const empty = { dataDir: join(root, "none"), configDir: home.configDir };
    expect((await moorage(empty, ["keys", "renew"], { typed: "y\n" })).stderr).toContain("holds no database yet");
    expect(existsSync(empty.dataDir)).toBe(false);
  });
});
