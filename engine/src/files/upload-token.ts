import { createHmac, timingSafeEqual } from "node:crypto";

/** How long an upload URL is good for, as on Convex. */
const VALIDITY_MS = 60 * 60 * 1000;

function seal(secret: Buffer, content: string): string {
  return createHmac("sha256", secret).update(`upload:${content}`).digest("base64url");
}

/** A token that allows one component's storage to be written until it expires. */
export function createUploadToken(secret: Buffer, component: string, now: number): string {
  const content = Buffer.from(JSON.stringify([component, now + VALIDITY_MS])).toString("base64url");
  return `${content}.${seal(secret, content)}`;
}

/** The component, or null for a token that is not ours or has expired. */
export function readUploadToken(secret: Buffer, token: string, now: number): string | null {
  const [content = "", given = ""] = token.split(".");
  const expected = Buffer.from(seal(secret, content));
  const actual = Buffer.from(given);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const [component, expires] = JSON.parse(Buffer.from(content, "base64url").toString()) as [string, number];
  return now <= expires ? component : null;
}
