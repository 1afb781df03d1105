/** The same rows written and read by hand, as one would without an engine: plain columns, prepared statements. */
import { DatabaseSync } from "node:sqlite";
import type { Synchronous } from "./host.ts";
import { type Note, note } from "./notes.ts";

const TABLES = `
  create table if not exists counters (id integer primary key, name text not null, value real not null);
  create index if not exists counters_by_name on counters (name);
  create table if not exists notes
    (id integer primary key, number real not null, owner text not null, "group" real not null, body text not null);
  create index if not exists notes_by_number on notes (number);
  create index if not exists notes_by_owner on notes (owner, number);
  create virtual table if not exists notes_body using fts5 (body, content = '');
`;

export function openRaw(path: string, synchronous: Synchronous) {
  const db = new DatabaseSync(path);
  db.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; ${TABLES}`);
  const addCounter = db.prepare("insert into counters (name, value) values (?, ?)");
  const addNote = db.prepare(`insert into notes (id, number, owner, "group", body) values (?, ?, ?, ?, ?)`);
  const addBody = db.prepare("insert into notes_body (rowid, body) values (?, ?)");
  const get = db.prepare("select * from notes where id = ?");
  const byNumber = db.prepare("select * from notes where number = ?");
  const range = db.prepare("select * from notes where owner = ? order by number limit 20");
  const search = db.prepare(
    "select notes.* from notes_body join notes on notes.id = notes_body.rowid where notes_body match ? order by rank limit 10",
  );
  const searchGroup = db.prepare(
    `select notes.* from notes_body join notes on notes.id = notes_body.rowid
     where notes_body match ? and "group" = ? order by rank limit 10`,
  );
  const anyOf = (text: string) => text.split(" ").join(" OR ");
  return {
    /** A transaction of its own. */
    addCounter: (name: string, value: number) => addCounter.run(name, value),
    fill: (count: number) => {
      db.exec("begin");
      for (let id = 0; id < count; id++) {
        const { number, owner, group, body } = note(id);
        addNote.run(id, number, owner, group, body);
        addBody.run(id, body);
      }
      db.exec("commit");
    },
    get: (id: number) => get.get(id) as unknown as Note,
    byNumber: (number: number) => byNumber.get(number) as unknown as Note,
    range: (owner: string) => range.all(owner) as unknown as Note[],
    search: (text: string) => search.all(anyOf(text)) as unknown as Note[],
    searchGroup: (text: string, group: number) => searchGroup.all(anyOf(text), group) as unknown as Note[],
    close: () => db.close(),
  };
}
