/** When two entries say the same: in the same words and order, whatever their forms, letter case and punctuation. */
import { digestOf } from "../encoding.ts";
import { stemOf, wordsOf } from "../recall/language.ts";

/** Equal for entries that say the same. Every word counts, "not" above all; a text without words stands for itself. */
export function wordingOf(content: string): string {
  const stems = wordsOf(content).map(stemOf);
  return digestOf(stems.length > 0 ? stems.join(" ") : content);
}
