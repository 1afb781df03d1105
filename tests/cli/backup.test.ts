import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import { createBackend } from "moorage/backend/client";
import { type About, pack } from "moorage/backend/embedded/backup/contents";
import { seal, unseal } from "moorage/backend/embedded/backup/sealed-file";
import { openEmbedded } from "moorage/backend/embedded/open";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

const PASSPHRASE = "a harbour at six in the morning";
const CANARY = "canary-4Zr9-in-a-secret";

let root: string;
let here: Home;
let there: Home;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-backup-"));
  here = homeIn("here");
  there = homeIn("there");
  file = join(root, "harbour.backup");
});
afterEach(() => rmSync(root, { recursive: true }));

const homeIn = (name: string) => ({ dataDir: join(root, name, "data"), configDir: join(root, name, "config") });
const backUp = (home = here) => moorage(home, ["backup", file], { stdin: `${PASSPHRASE}\n` });
const restore = (home: Home, ...more: string[]) =>
  moorage(home, ["restore", file, ...more], { stdin: `${PASSPHRASE}\n` });
const remember = (home: Home, content: string) => moorage(home, ["memory", "add", content, "--type", "fact"]);

const keyFilesOf = ({ configDir }: Home) =>
  readdirSync(configDir).map((name) => [name, readFileSync(join(configDir, name), "utf8")]);

async function contentsOf(home: Home): Promise<string[]> {
  const { stdout } = await moorage(home, ["memory", "export"]);
  const lines = stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { content: string }).content);
}

async function asAgent<T>(home: Home, work: (backend: ReturnType<typeof createBackend>) => Promise<T>): Promise<T> {
  const backend = createBackend(() => openEmbedded({ ...home, key: "agent" }), {
    clientName: () => "tests",
    readOnly: false,
  });
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}

describe("a backup", () => {
  it("restored elsewhere has the memories, and the keys that open the secrets", async () => {
    await remember(here, "The harbour opens at six.");
    await moorage(here, ["secret", "set", "API_KEY"], { stdin: CANARY });
    const { code, stdout } = await backUp();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ file, secretsOpen: true });
    expect((await restore(there)).code).toBe(0);
    expect(await contentsOf(there)).toEqual(["The harbour opens at six."]);
    const { values } = await asAgent(there, (backend) => backend.call(secrets.resolve, { names: ["API_KEY"] }));
    expect(values).toMatchObject([{ name: "API_KEY", value: CANARY }]);
    expect(keyFilesOf(there)).toEqual(keyFilesOf(here));
  });

  it("leaves no trace of its trial: the audit trail knows of no use", async () => {
    await moorage(here, ["secret", "set", "API_KEY"], { stdin: CANARY });
    await backUp();
    await restore(there);
    for (const home of [here, there]) {
      const { stdout } = await moorage(home, ["status", "audit"]);
      expect(stdout).toContain("secrets:set");
      expect(stdout).not.toContain("secrets:resolve");
    }
  });

  it("holds nothing that can be read without the passphrase, and only its owner reads the file", async () => {
    await remember(here, "A sentence nobody should find.");
    await moorage(here, ["secret", "set", "API_KEY"], { stdin: CANARY });
    await backUp();
    const bytes = readFileSync(file, "latin1");
    for (const text of ["nobody should find", CANARY, "SQLite format", "moor_", "masterKeys", "moorage.db"]) {
      expect(bytes).not.toContain(text);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(root).sort()).toEqual(["harbour.backup", "here"]);
    expect(readdirSync(here.configDir)).toHaveLength(1);
  });

  it("is of one moment while another process writes", async () => {
    await remember(here, "The first.");
    let count = 0;
    let isMaking = true;
    await asAgent(here, async (backend) => {
      const made = backUp().finally(() => {
        isMaking = false;
      });
      // More than the other process can miss, and no more than is soon read back.
      while (isMaking && count < 1_500) await backend.call(memory.add, { type: "note", content: `Wave ${count++}.` });
      expect((await made).code).toBe(0);
    });
    await restore(there);
    const waves = (await contentsOf(there)).filter((content) => content.startsWith("Wave"));
    expect(waves.sort()).toEqual(Array.from({ length: waves.length }, (_, at) => `Wave ${at}.`).sort());
    expect(count).toBeGreaterThan(0);
  }, 120_000);

  it.each([
    [
      "over a file that is there",
      async () => writeFileSync(file, "mine"),
      PASSPHRASE,
      "is there already; choose another",
    ],
    ["of nothing", async () => rmSync(join(root, "here"), { recursive: true }), PASSPHRASE, "to back up yet"],
    ["with a short passphrase", async () => {}, "short", "the passphrase must have at least 12 characters"],
    ["with none", async () => {}, "", "there was no passphrase"],
  ])("%s is refused", async (_, prepare, stdin, message) => {
    await remember(here, "Here.");
    await prepare();
    const { code, stderr } = await moorage(here, ["backup", file], { stdin });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(file) ? readFileSync(file, "utf8") : "mine").toBe("mine");
  });
});

describe("a file that is not as it was", () => {
  let made: Buffer;
  beforeEach(async () => {
    if (made === undefined) {
      await remember(here, "Here.");
      await backUp();
      made = readFileSync(file);
    }
    writeFileSync(file, made);
  });

  /** Nothing restored, nothing left behind, one sentence. */
  async function expectRefused(message: string, stdin = PASSPHRASE) {
    const { code, stdout, stderr } = await moorage(there, ["restore", file], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(`moorage: ${message.replace("FILE", file)}\n`);
    expect(existsSync(there.dataDir)).toBe(false);
    expect(readdirSync(there.configDir)).toEqual([]);
  }
  const rewrite = (change: (bytes: Buffer) => Buffer) => writeFileSync(file, change(readFileSync(file)));
  const flip = (bytes: Buffer, at: number) => {
    bytes[at]! ^= 1;
    return bytes;
  };

  it("is damaged in its middle, or at its end", async () => {
    rewrite((bytes) => flip(bytes, bytes.length >> 1));
    await expectRefused("FILE is damaged; nothing was restored");
    rewrite((bytes) => flip(flip(bytes, bytes.length >> 1), bytes.length - 1));
    await expectRefused("FILE is damaged; nothing was restored");
  });

  it("is cut off at the end of a block, or in one, or has something behind it", async () => {
    const whole = readFileSync(file);
    for (const bytes of [
      whole.subarray(0, 55 + 65_552),
      whole.subarray(0, -7),
      whole.subarray(0, 55),
      Buffer.concat([whole, Buffer.of(0)]),
    ]) {
      writeFileSync(file, bytes);
      await expectRefused("FILE is damaged; nothing was restored");
    }
  });

  it("has its blocks in another order", async () => {
    rewrite((bytes) => {
      const block = (at: number) => bytes.subarray(55 + at * 65_552, 55 + (at + 1) * 65_552);
      return Buffer.concat([bytes.subarray(0, 55), block(1), block(0), bytes.subarray(55 + 2 * 65_552)]);
    });
    await expectRefused("FILE is damaged; nothing was restored");
  });

  it("is opened with another passphrase", async () => {
    await expectRefused("this is not the passphrase of FILE", "a harbour at seven in the morning");
  });

  it("is of a newer form, or an older one", async () => {
    rewrite((bytes) => Buffer.concat([bytes.subarray(0, 15), Buffer.of(2), bytes.subarray(16)]));
    await expectRefused("FILE was made by a newer release; update moorage");
    rewrite((bytes) => Buffer.concat([bytes.subarray(0, 15), Buffer.of(0), bytes.subarray(16)]));
    await expectRefused("FILE was made by an older release, in a form that this one no longer reads");
  });

  it("is a folder", async () => {
    const { stderr } = await moorage(there, ["restore", dirname(file)], { stdin: PASSPHRASE });
    expect(stderr).toBe(`moorage: ${dirname(file)} is no backup of Moorage\n`);
  });

  it("is no backup at all", async () => {
    for (const text of ["", "MOORAGE", "SQLite format 3\0and more of it"]) {
      writeFileSync(file, text);
      await expectRefused("FILE is no backup of Moorage");
    }
  });

  it("holds the data of a newer release", async () => {
    const { about, database } = await opened(readFileSync(file));
    const marker = JSON.stringify({ ...JSON.parse(about.marker), format: 99 });
    writeFileSync(join(root, "database"), database);
    const sealed = seal(pack({ ...about, marker }, join(root, "database")), PASSPHRASE);
    writeFileSync(file, await buffer(Readable.from(sealed)));
    await expectRefused("FILE was made by a newer release; update moorage");
  });

  it("holds a database that is damaged", async () => {
    const { about, database } = await opened(readFileSync(file));
    writeFileSync(join(root, "database"), database.fill(7, 100, 9_000));
    writeFileSync(file, await buffer(Readable.from(seal(pack(about, join(root, "database")), PASSPHRASE))));
    const { code, stderr } = await restore(there);
    expect(code).toBe(1);
    expect(stderr).toContain("The database file is damaged.");
    expect(existsSync(there.dataDir)).toBe(false);
  });
});

async function opened(bytes: Buffer): Promise<{ about: About; database: Buffer }> {
  const plain = await buffer(Readable.from(unseal(Readable.from([bytes]), PASSPHRASE, "it")));
  const end = plain.indexOf("\n");
  return { about: JSON.parse(plain.toString("utf8", 0, end)), database: plain.subarray(end + 1) };
}

describe("where there is a database", () => {
  beforeEach(async () => {
    await remember(here, "From the backup.");
    await backUp();
    await remember(there, "There before.");
  });

  it("a restore changes nothing unless it is told to", async () => {
    const { code, stderr } = await restore(there);
    expect(code).toBe(1);
    expect(stderr).toContain("holds a database already; --replace puts it aside first");
    expect(await contentsOf(there)).toEqual(["There before."]);
  });

  it("--replace puts it aside, from where it works again when it is moved back", async () => {
    const { aside } = JSON.parse((await restore(there, "--replace")).stdout);
    expect(await contentsOf(there)).toEqual(["From the backup."]);
    for (const name of readdirSync(there.dataDir)) {
      if (name.startsWith("moorage.")) rmSync(join(there.dataDir, name));
    }
    for (const name of readdirSync(aside)) renameSync(join(aside, name), join(there.dataDir, name));
    expect(await contentsOf(there)).toEqual(["There before."]);
  });

  it("goes back to the backup of itself", async () => {
    await remember(here, "After the backup.");
    expect((await restore(here, "--replace")).code).toBe(0);
    expect(await contentsOf(here)).toEqual(["From the backup."]);
  });

  it("that a process has open is not replaced", async () => {
    await asAgent(there, async (backend) => {
      await backend.call(memory.list, {});
      const { code, stderr } = await restore(there, "--replace");
      expect(code).toBe(1);
      expect(stderr).toContain("another process has the database open; quit the MCP clients that use it");
    });
    expect(await contentsOf(there)).toEqual(["There before."]);
    expect(readdirSync(there.dataDir).filter((name) => name.startsWith("before"))).toEqual([]);
  });

  it("a restore that was cut off in its middle is completed by the same command", async () => {
    const { database } = await opened(readFileSync(file));
    writeFileSync(join(there.dataDir, "moorage.db"), database);
    for (const log of ["-wal", "-shm"]) rmSync(join(there.dataDir, `moorage.db${log}`), { force: true });
    expect((await restore(there, "--replace")).code).toBe(0);
    expect(await contentsOf(there)).toEqual(["From the backup."]);
    expect((await moorage(there, ["secret", "set", "API_KEY"], { stdin: CANARY })).code).toBe(0);
  });

  it("that is damaged is put aside as it is", async () => {
    writeFileSync(join(there.dataDir, "moorage.db"), "No database any more.");
    const { aside } = JSON.parse((await restore(there, "--replace")).stdout);
    expect(readFileSync(join(aside, "moorage.db"), "utf8")).toBe("No database any more.");
    expect(await contentsOf(there)).toEqual(["From the backup."]);
  });
});

it("keys of a deployment on accounts of one's own come along, and take nobody's place unkept", async () => {
  await remember(here, "Here.");
  const kept = (home: Home, name: string) => join(home.configDir, name);
  writeFileSync(kept(here, "cloud-prod.keys.json"), "the keys of prod");
  writeFileSync(kept(here, "cloud-prod.json"), "how far it has come");
  await backUp();
  mkdirSync(there.configDir, { recursive: true });
  writeFileSync(kept(there, "cloud-prod.keys.json"), "other keys");
  expect((await restore(there)).code).toBe(0);
  expect(readFileSync(kept(there, "cloud-prod.keys.json"), "utf8")).toBe("the keys of prod");
  expect(statSync(kept(there, "cloud-prod.keys.json")).mode & 0o777).toBe(0o600);
  expect(readFileSync(kept(there, "cloud-prod.json"), "utf8")).toBe("how far it has come");
  expect(readFileSync(kept(there, "cloud-prod.keys.json.before-restore"), "utf8")).toBe("other keys");
});

it.each([
  { level: "default", place: [] },
  { level: "agent", place: ["--agent", "scout"] },
])("a backup whose secrets ($level) were sealed with lost keys is made, and says so", async ({ place }) => {
  await moorage(here, ["secret", "set", "API_KEY", ...place], { stdin: CANARY });
  for (const name of readdirSync(here.configDir)) rmSync(join(here.configDir, name));
  expect((await moorage(here, ["keys", "renew"], { typed: "y\n" })).code).toBe(0);
  const { code, stdout } = await backUp();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ secretsOpen: false });
});

it("a Moorage elsewhere is not backed up from here", async () => {
  const { code, stderr } = await moorage(here, ["--profile", "work", "backup", file], { stdin: PASSPHRASE });
  expect(code).toBe(1);
  expect(stderr).toContain("moorage backup is for a database on this machine");
});
