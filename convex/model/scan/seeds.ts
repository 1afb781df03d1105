/** A wallet's seed phrase: twelve words or more without a sentence, behind what they are called. */
import { type Groups, hide } from "./hide.ts";

const COUNTED = "(?:[0-9]{1,2}[.):]?[ \\t]{0,3})?";
const WORD = "[a-z]{3,8}";
const SEED = new RegExp(
  `(?<![A-Za-z])(?:seed|recovery|backup|mnemonic|wallet)[ \\t-](?:phrase|words?|seed)(?![A-Za-z])[^\\n.;]{0,30}?[:\\s]\\s{0,3}["'\`]?(?<value>${COUNTED}${WORD}(?:[ \\t\\n,]{1,3}${COUNTED}${WORD}){11,23})(?![A-Za-z])`,
  "gi",
);

/** A sentence of so many words holds one of these; the list that such phrases are made of holds none. */
const PROSE =
  /(?<![a-z])(?:the|and|for|are|was|were|with|from|has|had|have|not|but|our|your|its|his|her|she|who|how|why|where|which|will|would|could|should|must|been|into|onto|these|those|their|them|than|after|before|because|never|every|any)(?![a-z])/i;
const FEWEST_WORDS = 12;

export const hasSeed = (text: string): boolean =>
  /phrase|words?|seed/i.test(text) && [...text.matchAll(SEED)].some(({ groups }) => isSeed(groups!));

export const withoutSeeds = (text: string, mark: string): string => hide(text, SEED, isSeed, mark);

/** A sentence may lead to the phrase and follow it. */
const isSeed = ({ value = "" }: Groups): boolean =>
  value.split(PROSE).some((words) => (words.match(/[a-z]+/gi) ?? []).length >= FEWEST_WORDS);
