/** The keys of one local database: made at first use, kept outside the data directory, readable by their owner alone. */
import { generateKeyPairSync, hkdfSync, randomUUID } from "node:crypto";
import { createApiKey, formatApiKey, parseApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import { AGENT_SCOPES, OWNER_SCOPES, type Scope } from "@moorage/shared/scopes";
import * as z from "zod";
import { type Directories, parseJson } from "./directories.ts";
import { findKeys, IN_KEYCHAIN, keepKeyText, readKeyText } from "./key-store.ts";
import { lostKeys, WITHOUT_KEYS } from "./lost-keys.ts";

const signingKey = z.looseObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

const apiKeyText = z.string().refine((text) => parseApiKey(text) !== undefined);

/** A JWK set of symmetric keys; the first is the current one. */
const keySet = z.object({
  keys: z.array(z.object({ kty: z.literal("oct"), kid: z.string(), k: z.string().length(43) })).min(1),
});

/** What every key file has had from the beginning. */
const firstKeys = z.object({ signingKey, agent: apiKeyText, owner: apiKeyText });
export const keyFile = firstKeys.extend({
  /** The door's own: it tells Convex what it refused, and which keys were used. */
  door: apiKeyText,
  /** Seal the secrets, and hold the audit trail together. */
  masterKeys: keySet,
  auditKeys: keySet,
});
export type LocalKeys = z.infer<typeof keyFile>;

/** A coding agent's key uses what there is; it never approves, reveals or manages keys. A person's key may do all. */
const SCOPES_OF: Record<"agent" | "owner" | "door", readonly Scope[]> = {
  agent: AGENT_SCOPES,
  owner: OWNER_SCOPES,
  door: ["door"],
};

export async function openKeys(directories: Directories): Promise<LocalKeys> {
  const found = directories.isBegun ? await findKeys(directories) : "file";
  if (found === undefined) throw lostKeys(directories);
  const make = () => (found === "keychain" ? IN_KEYCHAIN : textOf(completed(makeKeys())));
  const { text, isInFile } = await readKeyText(directories, make);
  const read = parseKeys(text);
  if (read === undefined) {
    throw new AppError("setup", `The key file ${directories.keys} is damaged.`, { hint: WITHOUT_KEYS });
  }
  const { keys, isOlder } = read;
  if (isOlder || (isInFile && directories.usesKeychain)) await keepKeyText(directories, textOf(keys));
  return keys;
}

/** Undefined for a text that holds no keys. */
export function parseKeys(text: string): { keys: LocalKeys; isOlder: boolean } | undefined {
  const content = parseJson(text);
  const older = firstKeys.strict().safeParse(content);
  if (older.success) return { keys: completed(older.data), isOlder: true };
  const whole = keyFile.safeParse(content);
  return whole.success ? { keys: whole.data, isOlder: false } : undefined;
}

/** Short: Windows keeps 1,280 characters at most under one name. */
export const textOf = (keys: LocalKeys) => `${JSON.stringify(keys)}\n`;

export function makeSigningKey(): LocalKeys["signingKey"] {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return signingKey.parse({ ...jwk, kid: randomUUID() });
}

function makeKeys(): z.infer<typeof firstKeys> {
  return {
    signingKey: makeSigningKey(),
    agent: createApiKey().text,
    owner: createApiKey().text,
  };
}

/**
 * The keys that came later, derived from the first: processes that complete an older file at the same time write the
 * same file, and none seals a secret with a key that another one replaces.
 */
function completed(first: z.infer<typeof firstKeys>): LocalKeys {
  const derive = (name: string, bytes: number) =>
    Buffer.from(hkdfSync("sha256", Buffer.from(first.signingKey.d, "base64url"), "", `moorage ${name}`, bytes));
  const set = (name: string) => ({
    keys: [
      {
        kty: "oct" as const,
        kid: derive(`${name} id`, 8).toString("hex"),
        k: derive(name, 32).toString("base64url"),
      },
    ],
  });
  // Hexadecimal digits are letters and digits of a key's own alphabet; 43 of them and no fewer make its secret.
  const door = formatApiKey({
    keyId: derive("door id", 8).toString("hex"),
    secret: derive("door", 22).toString("hex").slice(0, 43),
  });
  return { ...first, door, masterKeys: set("master key"), auditKeys: set("audit key") };
}

/** What Convex is told of the keys: never a secret. */
export async function provisionArgs(keys: LocalKeys) {
  const row = async (name: "agent" | "owner" | "door") => {
    const { keyId, secret } = parseApiKey(keys[name])!;
    return { keyId, name, scopes: [...SCOPES_OF[name]], proofHash: await proofHashOf(await proofOf(secret)) };
  };
  return { tenant: "local", keys: [await row("agent"), await row("owner")], door: await row("door") };
}

/** What the functions find in their environment. */
export const environmentOf = ({ masterKeys, auditKeys }: LocalKeys) => ({
  MOORAGE_MASTER_KEYS: JSON.stringify(masterKeys),
  MOORAGE_AUDIT_KEYS: JSON.stringify(auditKeys),
});

/** The public half, as the `data:` URI by which Convex knows the door. */
export function jwksUri({ signingKey: { d: _private, ...publicKey } }: LocalKeys): string {
  const jwks = JSON.stringify({ keys: [{ ...publicKey, alg: "ES256", use: "sig" }] });
  return `data:text/plain;charset=utf-8;base64,${Buffer.from(jwks).toString("base64")}`;
}
