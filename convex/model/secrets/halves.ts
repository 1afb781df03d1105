/** What crosses between the actions that seal and open values and the mutations and queries that keep them. */
import * as contracts from "@moorage/shared/contracts/secrets";
import { CLOUDS } from "@moorage/shared/deployment";
import { LEVELS } from "@moorage/shared/secret-name";
import * as z from "zod";

export const place = z.strictObject({ name: z.string(), level: z.enum(LEVELS), agent: z.string() });

export const sealed = z.strictObject({
  protected: z.string(),
  iv: z.string(),
  ciphertext: z.string(),
  tag: z.string(),
});

export const generator = z.strictObject({ length: z.number(), alphabet: z.string() });

export const sealing = z.strictObject({
  place,
  version: z.number(),
  sealed,
  digest: z.string(),
  bytes: z.number(),
  source: z.enum(contracts.SOURCES),
  generator: generator.optional(),
  rotateAfter: z.number().optional(),
});

/** Of an account at a provider. */
export const credential = z.strictObject({
  provider: z.enum(CLOUDS),
  sealed,
  version: z.number(),
  account: z.string().optional(),
});

/** Of digests and ciphertexts no digest is made: they are as good as names of the value. */
export const SENSITIVE = ["sealed", "digest"] as const;
