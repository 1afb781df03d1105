/** Sizes and counts that more than one layer must agree on. Bytes are UTF-8 bytes. */

/** One memory or one log entry. */
export const CONTENT_BYTES = 32 * 1024;
/** A request body at the door: one content, every character escaped in JSON, and its neighbours. */
export const BODY_BYTES = 256 * 1024;
/** The content one page of a list may carry, so that a tool result stays below the 60 kB clients take. */
export const PAGE_BYTES = 40 * 1024;
/** Tokens that an answer may cost the model that reads it: the least and the most that may be asked for, and what a session's start is given. */
export const BUDGET = { least: 200, most: 12_000, usual: 3_000 } as const;
export const QUERY_CHARS = 2_000;
export const TAGS = 16;
export const TAG_CHARS = 64;
export const PAGE_ITEMS = 100;
/** Entries one call adds. */
export const BATCH_ITEMS = 100;
/** One secret: a PEM chain, a service account's JSON. */
export const SECRET_BYTES = 64 * 1024;
/** Names that one call may ask for. */
export const SECRET_NAMES = 1_000;
/** Networks a key may be bound to. */
export const KEY_NETWORKS = 32;
/** Lines of what an approval shows, and the characters of each. */
export const APPROVAL_LINES = 200;
export const APPROVAL_LINE_CHARS = 400;
/** What the door reports at once. */
export const REPORT_ITEMS = 200;
/** What a deployed server sends at once: secrets it has loaded, events, lines of its log. */
export const INSTANCE_SECRETS = 200;
export const INSTANCE_EVENTS = 50;
export const EVENT_CHARS = 2_000;
export const LOG_LINES = 200;
export const LOG_LINE_CHARS = 1_000;
/** What one deployment names. */
export const DEPLOYMENT_SECRETS = 64;
export const DEPLOYMENT_URLS = 8;
export const DEPLOYMENT_CHANNELS = 16;
/** Why a deployment was changed. */
export const REASON_CHARS = 300;
