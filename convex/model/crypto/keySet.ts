/** Symmetric keys in the deployment's environment: a JWK set, of which the first is the current one. */
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";

export interface EnvKey {
  readonly kid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const keySet = z.object({
  keys: z.array(z.object({ kty: z.literal("oct"), kid: z.string().min(1).max(64), k: z.string().length(43) })).min(1),
});

/** All keys of a variable; what is wrong with it is said without quoting it. */
export function readKeys(name: "MOORAGE_MASTER_KEYS" | "MOORAGE_AUDIT_KEYS"): readonly [EnvKey, ...EnvKey[]] {
  const parsed = keySet.safeParse(parseJson(process.env[name] ?? ""));
  if (!parsed.success) throw new AppError("keys_missing");
  const [current, ...older] = parsed.data.keys.map(({ kid, k }) => ({ kid, bytes: fromBase64url(k) }));
  return [current!, ...older];
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
