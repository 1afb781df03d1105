/** A log is what was written: a change past the functions shows in the entry, and in the digest of its day. */
import * as memory from "@moorage/shared/contracts/memory";
import type { Value } from "convex/values";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

let host: Host;
let me: Caller;
beforeEach(async () => {
  host = await openInProcess({ modules: tamperable });
  me = await host.admit();
});
afterEach(() => host.close());

const append = async (content: string, day: string, agent = "default") =>
  (await me.backend.call(memory.logAppend, { content, day, agent })).entry;
const read = (more: object = {}) => me.backend.call(memory.logRead, { digests: true, ...more });
const patch = (id: string, fields: Record<string, Value>) =>
  host.engine.mutation("tamper:patch", { table: "logEntries", id, fields });

it("an entry says so when it was changed in the database, in every answer", async () => {
  const { id } = await append("Paid 10 for the mooring.", "2026-05-01");
  const sound = await append("Cast off.", "2026-05-01");
  await patch(id, { content: "Paid 1000 for the mooring." });
  const expected = [expect.objectContaining({ id, altered: true }), sound];
  expect((await read()).entries).toEqual(expected);
  expect((await me.backend.call(memory.logSearch, { query: "mooring" })).entries).toEqual([expected[0]]);
});

it("an entry says so when it was moved to another day or given another's words and seal", async () => {
  const one = await append("One.", "2026-05-01");
  const two = await append("Two.", "2026-05-01");
  await patch(one.id, { day: "2026-05-02" });
  const rows = await host.engine.query("tamper:rows", { table: "logEntries" });
  const { content, seal } = rows.find(({ _id }: { _id: string }) => _id === one.id);
  await patch(two.id, { content, seal });
  expect((await read()).entries.map(({ altered }) => altered)).toEqual([true, true]);
});

it("a day's digest changes with any entry that is changed, added or removed, and with nothing else", async () => {
  await append("One.", "2026-05-01");
  const two = await append("Two.", "2026-05-01");
  await append("Theirs.", "2026-05-01", "scout");
  const digest = async () => (await read()).days!.find(({ agent, day }) => agent === "default" && day === "2026-05-01");
  const before = await digest();
  await append("Later.", "2026-05-02");
  await append("Theirs, too.", "2026-05-01", "scout");
  expect(await digest()).toEqual(before);
  await patch(two.id, { content: "Three." });
  expect(await digest()).not.toEqual(before);
  await patch(two.id, { content: "Two." });
  expect(await digest()).toEqual(before);
  await host.engine.mutation("tamper:remove", { id: two.id });
  expect(await digest()).not.toEqual(before);
});

it("gives digests of whole days, however many pages a day is on, and none unasked", async () => {
  for (const day of ["2026-05-01", "2026-05-02", "2026-05-02", "2026-05-03"]) await append("x", day);
  const first = await read({ limit: 2 });
  expect(first.days?.map(({ day }) => day)).toEqual(["2026-05-02", "2026-05-03"]);
  const second = await read({ limit: 2, cursor: first.cursor });
  expect(second.days?.map(({ day }) => day)).toEqual(["2026-05-01", "2026-05-02"]);
  expect((await read()).days).toEqual([...second.days!, first.days![1]]);
  expect(await me.backend.call(memory.logRead, {})).not.toHaveProperty("days");
});
