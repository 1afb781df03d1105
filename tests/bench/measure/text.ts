/** The same words in every run: a vocabulary whose words are as unequally common as those of a language. */

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split(" ");
export const VOCABULARY = 20_000;

/** The word of a rank, 0 being the most common: three or four syllables, no two words alike. */
export function word(rank: number): string {
  let rest = rank + SYLLABLES.length ** 2;
  let text = "";
  while (rest > 0) {
    text += SYLLABLES[rest % SYLLABLES.length]!;
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return text;
}

/** Words as a text would hold them: the chance of a rank falls as one over the rank (Zipf). */
export function words(random: () => number, count: number): string {
  const ranks = Array.from({ length: count }, () => Math.floor(Math.exp(random() * Math.log(VOCABULARY))) - 1);
  return ranks.map(word).join(" ");
}

/** Different words that stand in about 0.4 to 2 of 100 texts of forty words. */
export function midFrequencyWords(random: () => number, count: number): string {
  const ranks = new Set<number>();
  while (ranks.size < count) ranks.add(200 + Math.floor(random() * 800));
  return [...ranks].map(word).join(" ");
}
