/** The keyed digests that hold the audit trail together. Whoever lacks the key can neither change a record nor a seal. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import { type EnvKey, readKeys } from "../crypto/keySet.ts";
import { base64url, canonicalJson } from "../encoding.ts";

export interface Chain {
  readonly kid: string;
  digest(record: Doc<"auditRecords">): string;
  /** Of one link: what it holds, and by the link before it everything before. */
  seal(link: { tenantId: Id<"tenants">; seq: number; before: string; entries: Doc<"auditSeals">["entries"] }): string;
  head(end: { tenantId: Id<"tenants">; seq: number; seal: string }): string;
}

/** The chain under the current key, or under the one that a seal names; undefined when there is no such key any more. */
export function openChain(kid?: string): Chain | undefined {
  const keys = readKeys("MOORAGE_AUDIT_KEYS");
  const key = kid === undefined ? keys[0] : keys.find((one) => one.kid === kid);
  return key === undefined ? undefined : chainOf(key);
}

function chainOf({ kid, bytes }: EnvKey): Chain {
  // The first element tells the three apart, so that none can stand for another.
  const mac = (kind: string, content: unknown) =>
    base64url(hmac(sha256, bytes, utf8ToBytes(canonicalJson([`moorage-audit-${kind}`, content]))));
  return {
    kid,
    digest: (record) => mac("record", record),
    seal: (link) => mac("seal", link),
    head: (end) => mac("head", end),
  };
}
