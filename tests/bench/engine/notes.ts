/** The rows both sides hold: the same ones in every run. */
import { seeded, words } from "../measure/text.ts";

export const GROUPS = 50;
/** Notes of one owner: a range of twenty is a fifth of them. */
const NOTES_AN_OWNER = 100;
const WORDS_EACH = 40;

export interface Note {
  number: number;
  owner: string;
  group: number;
  body: string;
}

export const note = (number: number): Note => ({
  number,
  owner: owner(Math.floor(number / NOTES_AN_OWNER)),
  group: number % GROUPS,
  body: words(seeded(number), WORDS_EACH),
});

export const owner = (index: number): string => `owner-${index}`;
export const ownersOf = (count: number): number => Math.ceil(count / NOTES_AN_OWNER);
