/** What text costs a model that reads it. */
import { byteLength } from "@moorage/shared/fields";

/** A token is about four bytes of English. The fields round a text cost more than most texts: its id, its times. */
const BYTES_A_TOKEN = 4;
const FIELD_TOKENS = { memory: 110, logEntry: 62 };

/** An entry's texts, of any length. A log's have no tags. */
interface Texts {
  content: string;
  tags?: readonly string[] | undefined;
  project?: string | undefined;
}

export const tokensOf = ({ content, tags, project = "" }: Texts): number =>
  (tags === undefined ? FIELD_TOKENS.logEntry : FIELD_TOKENS.memory) +
  byteLength([content, project, ...(tags ?? [])].join("")) / BYTES_A_TOKEN;

/** As much of a memory as may be told for so many tokens: its first tags, for half of what its texts may cost, and the beginning of its content. */
export function fitted<M extends Texts & { tags: string[] }>(memory: M, tokens: number): M & { cut?: true } {
  if (tokensOf(memory) <= tokens) return memory;
  const short = { ...memory, tags: tagsFor(memory, tokens), cut: true as const };
  return tokensOf(short) <= tokens ? short : { ...short, content: beginningFor(short, tokens) };
}

function tagsFor(entry: Texts & { tags: string[] }, tokens: number): string[] {
  let left = ((tokens - tokensOf({ ...entry, content: "", tags: [] })) / 2) * BYTES_A_TOKEN;
  return entry.tags.filter((tag) => {
    left -= byteLength(tag);
    return left >= 0;
  });
}

const utf8 = new TextEncoder();

/** With a mark of what is missing. */
function beginningFor(entry: Texts, tokens: number): string {
  const mark = "…";
  const left = tokens - tokensOf({ ...entry, content: mark });
  const { read } = utf8.encodeInto(entry.content, new Uint8Array(Math.max(0, Math.floor(left * BYTES_A_TOKEN))));
  return `${entry.content.slice(0, read)}${mark}`;
}
