import * as z from "zod";
import { defineContract } from "../contract.ts";
import { SCOPES } from "../scopes.ts";

/** What the caller's own key may do; the door remembers it for up to a minute, to refuse early. */
export const resolve = defineContract({
  path: "keys:resolve",
  kind: "query",
  scope: "any",
  args: z.strictObject({}),
  result: z.strictObject({
    keyId: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    agent: z.string().optional(),
    /** Milliseconds since 1970. */
    expiresAt: z.number().optional(),
  }),
});
