/** What text costs a model that reads it. */
import { byteLength } from "@moorage/shared/fields";

/** A token is about four bytes of English; the fields round a text cost about sixty tokens. */
const BYTES_A_TOKEN = 4;
const FIELD_TOKENS = 60;

export const tokensOf = (content: string): number => FIELD_TOKENS + byteLength(content) / BYTES_A_TOKEN;
