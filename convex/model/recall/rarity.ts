import { COMMON_STEMS } from "./commonStems.ts";

/** A stem outside the list: rarer than any in it. */
const UNLISTED = 9;

const known = new Map(COMMON_STEMS.flatMap(([rarity, stems]) => stems.split(" ").map((stem) => [stem, rarity])));

/** How much a stem tells: the logarithm of one in how many entries of everyday English hold it. */
export const rarityOf = (stem: string): number => known.get(stem) ?? UNLISTED;

/** Everyday words; a name is none of them. */
export const isCommon = (stem: string): boolean => known.has(stem);
