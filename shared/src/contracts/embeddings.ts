import * as z from "zod";
import { defineContract } from "../contract.ts";
import { line, secretName } from "../fields.ts";

/** Where meaning comes from; which secret holds the key is named, never its value. */
export const embeddings = z.strictObject({
  url: z.string(),
  model: z.string(),
  /** What is asked of the model; absent where it answers with its own. */
  dimensions: z.number().optional(),
  secret: z.string().optional(),
  setAt: z.string(),
});

/** The endpoint is tried first: settings that do not work are not kept. What was there is made anew. */
export const set = defineContract({
  path: "embeddings:set",
  kind: "action",
  scope: "memory:approve",
  args: z.strictObject({
    /** Of an OpenAI-compatible service: `/embeddings` is added. */
    url: z.string().max(1_000),
    model: line(128),
    dimensions: z.int().min(16).max(4_096).exactOptional(),
    /** Shared by all agents: at the level default, or global. */
    secret: secretName.exactOptional(),
  }),
  result: z.strictObject({ embeddings }),
});

export const status = defineContract({
  path: "embeddings:status",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({}),
  result: z.strictObject({
    embeddings: embeddings.optional(),
    progress: z
      .strictObject({
        /** Memories that have their meaning by now, changed ones again. */
        done: z.number(),
        isCurrent: z.boolean(),
        /** Whether the model tells related memories from others, as far as that was seen: only then does it rank. */
        ranks: z.boolean(),
        problem: z.string().optional(),
        nextTryAt: z.string().optional(),
      })
      .optional(),
  }),
  untrusted: ["embeddings.model"],
});

export const off = defineContract({
  path: "embeddings:off",
  kind: "mutation",
  scope: "memory:approve",
  args: z.strictObject({}),
  result: z.strictObject({ off: z.literal(true) }),
});
