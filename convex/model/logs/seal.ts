/** Shows an entry that was changed past the functions: whoever holds the database alone lacks the key. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Doc } from "../../_generated/dataModel.ts";
import { type EnvKey, readKeys } from "../crypto/keySet.ts";
import { base64url, canonicalJson, isSame } from "../encoding.ts";

type Entry = Doc<"logEntries">;
type Seal = NonNullable<Entry["seal"]>;

export function sealOf(entry: Entry): Seal {
  const [key] = readKeys("MOORAGE_AUDIT_KEYS");
  return { kid: key.kid, mac: macOf(key, entry) };
}

export function isAltered(entry: Entry): boolean {
  const key = readKeys("MOORAGE_AUDIT_KEYS").find(({ kid }) => kid === entry.seal?.kid);
  return key === undefined || !isSame(macOf(key, entry), entry.seal!.mac);
}

/** Of every field, so that neither words nor whole entries can be put elsewhere. */
function macOf({ bytes }: EnvKey, { seal: _, ...fields }: Entry): string {
  return base64url(hmac(sha256, bytes, utf8ToBytes(canonicalJson(["moorage-log-entry", fields]))));
}
