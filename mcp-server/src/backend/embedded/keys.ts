/** The keys of one local database: made at first use, kept outside the data directory, readable by their owner alone. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createApiKey, parseApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import { SCOPES, type Scope } from "@moorage/shared/scopes";
import * as z from "zod";
import { type Directories, onDisk, parseJson } from "./directories.ts";
import { readOrCreate } from "./once.ts";

const signingKey = z.looseObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

const keyFile = z.object({
  signingKey,
  agent: z.string().refine((text) => parseApiKey(text) !== undefined),
  owner: z.string().refine((text) => parseApiKey(text) !== undefined),
});
export type LocalKeys = z.infer<typeof keyFile>;

/** A coding agent's key uses what there is; it never approves, reveals or manages keys. A person's key may do all. */
const SCOPES_OF: Record<"agent" | "owner", readonly Scope[]> = {
  agent: ["memory:read", "memory:write"],
  owner: SCOPES,
};

export function openKeys({ keys: path }: Directories): LocalKeys {
  const text = onDisk(path, () => readOrCreate(path, () => `${JSON.stringify(makeKeys(), null, 2)}\n`));
  const parsed = keyFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError("setup", `The key file ${path} is damaged.`, {
    hint: "Restore it from a backup; without one, move it aside: new keys are made, and memories stay readable.",
  });
}

function makeKeys(): LocalKeys {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return {
    signingKey: signingKey.parse({ ...jwk, kid: randomUUID() }),
    agent: createApiKey().text,
    owner: createApiKey().text,
  };
}

/** What Convex is told of the keys: never a secret. */
export async function provisionArgs(keys: LocalKeys) {
  const rows = (["agent", "owner"] as const).map(async (name) => {
    const { keyId, secret } = parseApiKey(keys[name])!;
    return { keyId, name, scopes: [...SCOPES_OF[name]], proofHash: await proofHashOf(await proofOf(secret)) };
  });
  return { tenant: "local", keys: await Promise.all(rows) };
}

/** The public half, as the `data:` URI by which Convex knows the door. */
export function jwksUri({ signingKey: { d: _private, ...publicKey } }: LocalKeys): string {
  const jwks = JSON.stringify({ keys: [{ ...publicKey, alg: "ES256", use: "sig" }] });
  return `data:text/plain;charset=utf-8;base64,${Buffer.from(jwks).toString("base64")}`;
}
