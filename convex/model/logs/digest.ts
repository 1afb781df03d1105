/** One short text for all that a day's log says: who noted it sees later whether anything was changed, added or removed. */
import type { LogEntry } from "@moorage/shared/contracts/memory";
import { canonicalJson, digestOf } from "../encoding.ts";

interface Page {
  /** The day whose later entries were on the page before. */
  before: string | undefined;
  /** No earlier entries follow. */
  isLast: boolean;
}

/** For each agent's day of a page of entries, oldest first, that is on it as a whole. */
export function digestsOf(entries: readonly LogEntry[], { before, isLast }: Page) {
  const cut = isLast ? undefined : entries[0]?.day;
  const whole = entries.filter(({ day }) => day !== before && day !== cut);
  return [...Map.groupBy(whole, ({ day, agent }) => `${day} ${agent}`).values()].map((day) => ({
    day: day[0]!.day,
    agent: day[0]!.agent,
    digest: digestOf(canonicalJson(day.map(({ id, at, content }) => [id, at, content]))),
  }));
}
