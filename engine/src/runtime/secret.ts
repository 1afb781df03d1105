import { randomBytes } from "node:crypto";
import type { Store } from "../store/store.ts";

const KEY = "secret";
const BYTES = 32;

/** The file's own secret: seals cursors, function handles and upload tokens. Made with the file. */
export function fileSecret(store: Store): Buffer {
  const connection = store.writerConnection;
  const read = (): Uint8Array | undefined =>
    connection.row("SELECT value FROM meta WHERE key = ?", KEY)?.[0] as Uint8Array | undefined;
  // Whoever comes second to a new file finds the first one's secret.
  if (read() === undefined) {
    connection.run("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", KEY, randomBytes(BYTES));
  }
  return Buffer.from(read() as Uint8Array);
}
