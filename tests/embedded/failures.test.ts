import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as memory from "@moorage/shared/contracts/memory";
import type { ErrorCode } from "@moorage/shared/errors";
import { createBackend } from "moorage/backend/client";
import { openEmbedded } from "moorage/backend/embedded/open";
import type { Backend } from "moorage/backend/types";
import { afterEach, beforeEach, expect, it } from "vitest";

let home: string;
let opened: Backend[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-"));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close().catch(() => {})));
  rmSync(home, { recursive: true });
});

const database = () => join(home, "data", "moorage.db");

/** As a server process would: opened by the first call. */
function open(dataDir = join(home, "data")): Backend {
  const door = () => openEmbedded({ dataDir, configDir: join(home, "config"), key: "agent" });
  const backend = createBackend(door, { clientName: () => "tests", readOnly: false });
  opened.push(backend);
  return backend;
}

const add = (backend: Backend, content = "kept") => backend.call(memory.add, { type: "note", content });
const contents = async (backend: Backend) => (await backend.call(memory.list, {})).memories.map((one) => one.content);

/** One memory is in the file, and no process has it open. */
async function filled(): Promise<void> {
  const backend = open();
  await add(backend);
  await backend.close();
}

/** The failure a caller sees: our code, a sentence, a next step, and nothing of the machinery. */
async function expectFailure(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "AppError", code });
  const { message, hint } = error as { message: string; hint: string };
  expect(`${message} ${hint}`).not.toMatch(/SQLITE|node_modules|\.ts\b|\.js\b|\bat \w+ \(/);
  expect(hint.length).toBeGreaterThan(20);
}

it("a file that is no database is refused and left as it was", async () => {
  await filled();
  writeFileSync(database(), "this is not a database, but it may be somebody's only copy of something".repeat(100));
  const before = readFileSync(database());
  await expectFailure(add(open()), "database_corrupt");
  expect(readFileSync(database())).toEqual(before);
});

it("a truncated database is refused, not emptied", async () => {
  await filled();
  truncateSync(database(), 3 * 4096 + 100);
  await expectFailure(contents(open()), "database_corrupt");
});

it("a database that was cut to nothing is refused, and left with its log", async () => {
  await filled();
  truncateSync(database(), 0);
  writeFileSync(`${database()}-wal`, "what was not yet in it");
  await expectFailure(contents(open()), "database_corrupt");
  expect(readFileSync(`${database()}-wal`, "utf8")).toBe("what was not yet in it");
  expect(readFileSync(database())).toHaveLength(0);
});

it("an empty file that nobody has used yet is where the database is made", async () => {
  mkdirSync(join(home, "data"));
  writeFileSync(database(), "");
  const backend = open();
  await add(backend);
  expect(await contents(backend)).toEqual(["kept"]);
});

it("another program's database is refused and left as it was", async () => {
  mkdirSync(join(home, "data"));
  const other = new DatabaseSync(database());
  other.exec(
    "create table bookmarks(url); insert into bookmarks values('https://example.com'); pragma user_version = 7",
  );
  other.close();
  await expectFailure(add(open()), "setup");
  const again = new DatabaseSync(database());
  expect(again.prepare("select url from bookmarks").all()).toEqual([{ url: "https://example.com" }]);
  again.close();
});

it("a database of a newer format is refused and left as it was", async () => {
  await filled();
  const newer = new DatabaseSync(database());
  newer.exec("pragma user_version = 9999");
  newer.close();
  await expectFailure(add(open()), "newer_data");
  const again = new DatabaseSync(database());
  expect(again.prepare("pragma user_version").get()).toEqual({ user_version: 9999 });
  again.exec("pragma user_version = 1");
  again.close();
});

/** Permissions do not bind root: there, the calls are made as another user. */
async function unprivileged(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  for (const path of [home, join(home, "data"), join(home, "config")]) chownSync(path, 65534, 65534);
  execFileSync("chown", ["-R", "65534:65534", home]);
  process.seteuid!(65534);
  try {
    await work();
  } finally {
    process.seteuid!(0);
  }
}

it.skipIf(process.platform === "win32")(
  "a database that cannot be written is refused, and works once it can be",
  async () => {
    await filled();
    chmodSync(database(), 0o400);
    chmodSync(join(home, "data"), 0o500);
    await unprivileged(async () => {
      const backend = open();
      await expectFailure(add(backend), "database_read_only");
    });
    chmodSync(join(home, "data"), 0o700);
    chmodSync(database(), 0o600);
    await unprivileged(async () => expect(await contents(open())).toEqual(["kept"]));
  },
);

it.skipIf(process.platform === "win32")(
  "a data directory that cannot be made says which setting names another",
  async () => {
    mkdirSync(join(home, "config"));
    mkdirSync(join(home, "data"));
    chmodSync(join(home, "data"), 0o500);
    await unprivileged(() => expectFailure(add(open(join(home, "data", "inner"))), "setup"));
  },
);

const canMount = process.platform === "linux" && process.getuid?.() === 0;
it.skipIf(!canMount)(
  "a full disk loses nothing, and the call works once there is room (needs root, to mount a small disk)",
  async () => {
    const disk = join(home, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", disk]);
    try {
      const backend = open(disk);
      await add(backend);
      writeFileSync(join(disk, "ballast"), Buffer.alloc(512 * 1024));
      let written = 1;
      const fill = async (): Promise<void> => {
        for (;;) {
          await add(backend, `${written} ${"x".repeat(30_000)}`);
          written++;
        }
      };
      await expectFailure(fill(), "disk_full");
      expect((await backend.call(memory.search, { query: "kept" })).memories).toHaveLength(1);
      rmSync(join(disk, "ballast"));
      await add(backend, "room again");
      await backend.close();
      let count = 0;
      const again = open(disk);
      for (let cursor: string | undefined; ; ) {
        const page = await again.call(memory.list, { limit: 100, ...(cursor ? { cursor } : {}) });
        count += page.memories.length;
        cursor = page.cursor;
        if (cursor === undefined) break;
      }
      expect(count).toBe(written + 1);
      await again.close();
    } finally {
      execFileSync("umount", ["-l", disk]);
    }
  },
);

it.skipIf(process.platform === "win32")(
  "a write after the database was deleted is refused: nobody could find it again",
  async () => {
    const backend = open();
    await add(backend);
    rmSync(database());
    await expectFailure(add(backend, "lost otherwise"), "database_gone");
  },
);
