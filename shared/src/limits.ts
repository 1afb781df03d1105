/** Sizes and counts that more than one layer must agree on. Bytes are UTF-8 bytes. */

/** One memory or one log entry. */
export const CONTENT_BYTES = 32 * 1024;
/** A request body at the door: one content, every character escaped in JSON, and its neighbours. */
export const BODY_BYTES = 256 * 1024;
/** The content one page of a list may carry, so that a tool result stays below the 60 kB clients take. */
export const PAGE_BYTES = 40 * 1024;
export const QUERY_CHARS = 2_000;
export const TAGS = 16;
export const TAG_CHARS = 64;
export const PAGE_ITEMS = 100;
