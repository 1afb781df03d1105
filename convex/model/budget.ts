/** What text costs a model that reads it. */
import { byteLength } from "@moorage/shared/fields";

/** A token is about four bytes of English; the fields round a text cost about sixty tokens. */
const BYTES_A_TOKEN = 4;
const FIELD_TOKENS = 60;

export const tokensOf = (content: string): number => FIELD_TOKENS + byteLength(content) / BYTES_A_TOKEN;

const utf8 = new TextEncoder();

/** The beginning of a text that costs too much, with a mark of that. */
export function beginningFor(content: string, tokens: number): string {
  const mark = "…";
  const bytes = Math.max(0, Math.floor((tokens - FIELD_TOKENS) * BYTES_A_TOKEN) - byteLength(mark));
  const { read } = utf8.encodeInto(content, new Uint8Array(bytes));
  return `${content.slice(0, read)}${mark}`;
}
