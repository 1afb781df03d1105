/** One short text for all that a day's log says: who noted it sees later whether anything was changed, added or removed. */
import type { LogEntry } from "@moorage/shared/contracts/memory";
import { canonicalJson, digestOf } from "../encoding.ts";

interface Page {
  /** The day whose later entries were on the page before. */
  before: string | undefined;
  /** No earlier entries follow. */
  isLast: boolean;
}

/** All of an agent's day; undefined where it is more than one call may read. */
type WholeDay = (agent: string, day: string) => Promise<readonly LogEntry[] | undefined>;

/** For each agent's day that a page of entries, oldest first, has some of. What is on other pages is read for it. */
export async function digestsOf(entries: readonly LogEntry[], { before, isLast }: Page, wholeDay: WholeDay) {
  const cut = isLast ? undefined : entries[0]?.day;
  const digests = [];
  for (const some of Map.groupBy(entries, ({ day, agent }) => `${day} ${agent}`).values()) {
    const { day, agent } = some[0]!;
    const all = day === before || day === cut ? await wholeDay(agent, day) : some;
    if (all === undefined) continue;
    digests.push({ day, agent, digest: digestOf(canonicalJson(all.map(({ id, at, content }) => [id, at, content]))) });
  }
  return digests;
}
