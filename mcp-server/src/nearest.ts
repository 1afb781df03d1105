/** What somebody may have meant who mistyped it: at most two signs off, or two that have changed places. */
const MOST_SIGNS = 2;

export function nearest(typed: string, known: readonly string[]): string | undefined {
  const found = known.map((name) => ({ name, signs: distance(typed, name) })).sort((a, b) => a.signs - b.signs)[0];
  return found !== undefined && found.signs <= MOST_SIGNS ? found.name : undefined;
}

/** Of Damerau and Levenshtein, where no sign is moved twice. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const least = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(isSwapped ? Math.min(least, rows[i - 2]![j - 2]! + 1) : least);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
