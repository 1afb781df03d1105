import { DatabaseSync } from "node:sqlite";

/** "ok", or what SQLite finds wrong with the file. */
export function integrityOf(path: string): string {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare("pragma integrity_check").all();
    return rows.map((row) => String(row["integrity_check"])).join("\n");
  } finally {
    db.close();
  }
}
