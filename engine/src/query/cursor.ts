/** Pagination cursors: a position in a query, sealed because index keys hold field values the client may not see. */
import { createCipheriv, createDecipheriv, createHmac, hash } from "node:crypto";
import { ConvexError } from "convex/values";
import type { WireQuery } from "./wire.ts";

/** After the row with this position, or the end of the query. */
export type CursorPosition = Buffer | "end";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 8;
const END = 0;
const AFTER = 1;

/** Tells apart queries whose positions mean different things. */
export function fingerprintOf(query: WireQuery, fields: readonly string[]): Buffer {
  return hash("sha256", JSON.stringify([query, fields]), "buffer").subarray(0, FINGERPRINT_BYTES);
}

/** The same position always gives the same cursor: the nonce is a keyed hash of the content. */
export function encodeCursor(secret: Buffer, position: CursorPosition, fingerprint: Buffer): string {
  const content =
    position === "end"
      ? Buffer.concat([fingerprint, Buffer.from([END])])
      : Buffer.concat([fingerprint, Buffer.from([AFTER]), position]);
  const nonce = createHmac("sha256", secret).update(content).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString("hex");
}

function open(secret: Buffer, cursor: string): Buffer {
  try {
    const sealed = Buffer.from(cursor, "hex");
    const decipher = createDecipheriv(ALGORITHM, secret, sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new Error("InvalidCursor: Failed to parse cursor", { cause });
  }
}

export function decodeCursor(secret: Buffer, cursor: string, fingerprint: Buffer): CursorPosition {
  const content = open(secret, cursor);
  if (!content.subarray(0, FINGERPRINT_BYTES).equals(fingerprint)) {
    const error = new ConvexError({ isConvexSystemError: true, paginationError: "InvalidCursor" });
    error.message =
      "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.";
    throw error;
  }
  if (content[FINGERPRINT_BYTES] === END) return "end";
  return content.subarray(FINGERPRINT_BYTES + 1);
}
