import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDirectories } from "./directories.ts";
import { openKeys, provisionArgs } from "./keys.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const open = () =>
  openDirectories({ dataDir: join(home, "a", "data"), configDir: join(home, "b", "config"), key: "agent" });
const marker = () => join(home, "a", "data", "moorage.json");

describe("first use", () => {
  it.skipIf(process.platform === "win32")("makes directories and files that only their owner can read", async () => {
    const directories = open();
    await openKeys(directories);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(join(home, "a", "data"))).toBe("700");
    expect(mode(join(home, "b", "config"))).toBe("700");
    expect(mode(marker())).toBe("600");
    expect(mode(directories.keys)).toBe("600");
    expect(mode(directories.database)).toBe("600");
  });

  it.skipIf(process.platform === "win32")("keeps a database private in a directory that others can read", () => {
    mkdirSync(join(home, "a", "data"), { recursive: true, mode: 0o755 });
    writeFileSync(join(home, "a", "data", "moorage.db"), "", { mode: 0o644 });
    expect((statSync(open().database).mode & 0o777).toString(8)).toBe("600");
  });

  it("leaves nothing beside the files it needs", async () => {
    await openKeys(open());
    expect(readdirSync(join(home, "a", "data"))).toEqual(["moorage.db", "moorage.json"]);
    expect(readdirSync(join(home, "b", "config"))).toHaveLength(1);
  });

  it("makes keys once: the second opening reads the same", async () => {
    expect(await openKeys(open())).toEqual(await openKeys(open()));
  });

  it("keeps the keys of two databases apart", async () => {
    const other = openDirectories({ dataDir: join(home, "other"), configDir: join(home, "b", "config"), key: "agent" });
    expect(await openKeys(other)).not.toEqual(await openKeys(open()));
  });
});

it("completes an older key file, the same way in every process that does", async () => {
  const directories = open();
  const { signingKey, agent, owner } = await openKeys(directories);
  const older = JSON.stringify({ signingKey, agent, owner });
  const complete = () => {
    writeFileSync(directories.keys, older);
    return openKeys(directories);
  };
  const completed = [await complete(), await complete()];
  expect(completed[0]).toEqual(completed[1]);
  expect(completed[0]).toMatchObject({ signingKey, agent, owner, masterKeys: { keys: [{ kty: "oct" }] } });
  expect(JSON.parse(readFileSync(directories.keys, "utf8"))).toEqual(completed[0]);
});

it("tells Convex of all keys without a secret", async () => {
  const keys = await openKeys(open());
  const told = JSON.stringify(await provisionArgs(keys));
  for (const key of [keys.agent, keys.owner, keys.door]) expect(told).not.toContain(key.split("_")[2]!.slice(0, 43));
});

describe("a directory that is not as it should be", () => {
  it("of a newer release is refused and left as it was", () => {
    open();
    const newer = JSON.stringify({ ...JSON.parse(readFileSync(marker(), "utf8")), format: 99 });
    writeFileSync(marker(), newer);
    expect(open).toThrow(expect.objectContaining({ code: "newer_data" }));
    expect(readFileSync(marker(), "utf8")).toBe(newer);
  });

  it.each(["", "{", "[]", '{"format":1}'])("with %j for a marker is refused by the file's name", (text) => {
    open();
    writeFileSync(marker(), text);
    expect(open).toThrow(expect.objectContaining({ code: "setup", message: expect.stringContaining("moorage.json") }));
  });

  it("with a damaged key file is refused without quoting it", async () => {
    const directories = open();
    const { agent } = await openKeys(directories);
    writeFileSync(directories.keys, JSON.stringify({ agent, owner: "moor_x_y" }));
    const refusal: unknown = await openKeys(directories).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "setup" });
    expect(String(refusal)).not.toContain(agent);
  });

  it("is a file: says which setting names another", () => {
    writeFileSync(join(home, "a"), "");
    expect(open).toThrow(expect.objectContaining({ code: "setup", hint: expect.stringContaining("MOORAGE_DATA_DIR") }));
  });

  it.skipIf(process.platform !== "linux")("that can never exist is refused, at once", () => {
    const impossible = () => openDirectories({ dataDir: "/proc/moorage", configDir: join(home, "c"), key: "agent" });
    expect(impossible).toThrow(expect.objectContaining({ code: "setup" }));
  });

  it("with too long a name is refused by the setting's name", () => {
    const long = () => openDirectories({ dataDir: join(home, "x".repeat(300)), configDir: home, key: "agent" });
    expect(long).toThrow(expect.objectContaining({ code: "setup", hint: expect.stringContaining("MOORAGE_DATA_DIR") }));
  });
});
