/** What words found and what is close in meaning, as one list. */

interface Placed<T> {
  item: T;
  /** Falls from 1. */
  score: number;
}

/** How slowly a place loses its worth, and what meaning counts beside words. */
const FLATNESS = 10;
const MEANING_WEIGHT = 0.7;

/**
 * A model that is trusted counts; what any other finds stands behind everything that words found, where it can make
 * nothing worse.
 */
export function fuse<T>(
  byWords: readonly Placed<T>[],
  byMeaning: readonly T[],
  { idOf, isTrusted }: { idOf: (item: T) => string; isTrusted: boolean },
): Placed<T>[] {
  const known = new Set(byWords.map(({ item }) => idOf(item)));
  const news = byMeaning.filter((item) => !known.has(idOf(item)));
  if (!isTrusted) {
    const last = byWords.at(-1)?.score ?? 1;
    return [...byWords, ...news.map((item, at) => ({ item, score: last / (2 + at) }))];
  }
  const worth = new Map<string, number>();
  const count = (items: readonly T[], weight: number) => {
    for (const [at, item] of items.entries())
      worth.set(idOf(item), (worth.get(idOf(item)) ?? 0) + weight / (FLATNESS + at));
  };
  count(
    byWords.map(({ item }) => item),
    1,
  );
  count(byMeaning, MEANING_WEIGHT);
  const ranked = [...byWords.map(({ item }) => item), ...news]
    .map((item) => ({ item, score: worth.get(idOf(item))! }))
    .sort((a, b) => b.score - a.score);
  const top = ranked[0]?.score ?? 1;
  return ranked.map(({ item, score }) => ({ item, score: score / top }));
}
