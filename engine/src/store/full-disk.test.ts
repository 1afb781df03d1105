/** A disk that fills up in the middle of a mutation. SQLite's own limit on pages stands in for it. */
import { expect, it, onTestFinished } from "vitest";
import { EngineError } from "../errors.ts";
import { temporaryFile } from "../testing/open-engine.ts";
import { Store } from "./store.ts";
import type { Transaction } from "./transaction.ts";

const FREE_PAGES = 20;
const TOO_LARGE = 1_000_000;

function openNearlyFull(): Store {
  const store = new Store({ kind: "file", path: temporaryFile() }, { recordsAccess: false, exactSearch: false });
  onTestFinished(() => store.close());
  void store.deploy("", null);
  const pages = Number(store.writerConnection.row("PRAGMA page_count")?.[0]);
  store.writerConnection.exec(`PRAGMA max_page_count = ${pages + FREE_PAGES}`);
  return store;
}

async function put(tx: Transaction, key: string, size = 1): Promise<string> {
  tx.connection.run("INSERT INTO meta (key, value) VALUES (?, zeroblob(?))", key, size);
  return key;
}

const keys = (store: Store) =>
  store.read(async (tx) =>
    tx.connection.rows("SELECT key FROM meta WHERE key LIKE 'test %' ORDER BY key").map(([key]) => key),
  );

it("a mutation fails and leaves nothing, even if it goes on regardless", async () => {
  const store = openNearlyFull();
  const stubborn = store.write(async (tx) => {
    await put(tx, "test before");
    await put(tx, "test large", TOO_LARGE).catch(() => {});
    return "as if nothing had happened";
  });
  await expect(stubborn).rejects.toMatchObject({ name: "EngineError", code: "disk_full" });
  expect(await keys(store)).toEqual([]);
});

it("the caller learns of it, whatever the function makes of the error", async () => {
  const store = openNearlyFull();
  const wrapping = store.write((tx) =>
    put(tx, "test large", TOO_LARGE).catch((error: Error) => {
      throw new Error(error.message);
    }),
  );
  await expect(wrapping).rejects.toBeInstanceOf(EngineError);
});

it("smaller mutations go on", async () => {
  const store = openNearlyFull();
  const large = store.write((tx) => put(tx, "test large", TOO_LARGE));
  const next = store.write((tx) => put(tx, "test next"));
  await expect(large).rejects.toMatchObject({ code: "disk_full" });
  expect(await next).toBe("test next");
  expect(await keys(store)).toEqual(["test next"]);
});

it("if SQLite takes back the whole transaction, those that share it fail, too, and later ones go on", async () => {
  const store = openNearlyFull();
  const results = await Promise.allSettled([
    store.write((tx) => put(tx, "test first")),
    store.write(async (tx) => {
      await put(tx, "test large", TOO_LARGE).catch(() => {});
      // What SQLite does by itself if it was not only this statement that found no space.
      tx.connection.run("ROLLBACK");
    }),
    store.write((tx) => put(tx, "test third")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect(await store.write((tx) => put(tx, "test fourth"))).toBe("test fourth");
});
