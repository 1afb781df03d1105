/** Takes secrets out of text that is kept although it may hold some: what servers tell. */
import { base64 } from "../encoding.ts";
import { withoutCards } from "./cards.ts";
import { withoutCredentials } from "./credentials.ts";
import { FORMATS } from "./formats.ts";
import { withoutPasswords } from "./passwords.ts";
import { withoutSeeds } from "./seeds.ts";

export const HIDDEN = "•••";

/** To its end, which the format that finds one does not need; or to the text's, where a log was cut. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g;

/** Without what a database or a terminal may choke on, too: NUL, and halves of characters. */
export function redact(text: string): string {
  const open = text.toWellFormed().replaceAll("\0", "\uFFFD").replace(PRIVATE_KEY, HIDDEN);
  const plain = FORMATS.reduce(
    (before, { marks, pattern }) =>
      marks.some((mark) => before.includes(mark)) ? before.replace(pattern, HIDDEN) : before,
    open,
  );
  return [withoutCredentials, withoutSeeds, withoutCards, withoutPasswords].reduce(
    (rest, without) => without(rest, HIDDEN),
    plain,
  );
}

/** Shorter ones stand in texts by chance. */
const SURE_CHARS = 6;

/** Besides what has a secret's form: values that are known, whole, line by line and as programs encode them. */
export function redactValues(text: string, values: readonly string[]): string {
  const forms = values.flatMap((value) => [
    value,
    ...value.split(/\r?\n/),
    base64(value),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
  ]);
  const sure = [...new Set(forms)].filter((form) => form.length >= SURE_CHARS).sort((a, b) => b.length - a.length);
  return redact(sure.reduce((before, form) => before.replaceAll(form, HIDDEN), text));
}
