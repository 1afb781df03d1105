/** A word as a shell reads it back: as it is where it can be, else in quotation marks. */
export const quote = (word: string): string =>
  /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

export const quoteForPowerShell = (word: string): string => `'${word.replaceAll("'", "''")}'`;
