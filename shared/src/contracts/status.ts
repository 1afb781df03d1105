import * as z from "zod";
import { defineContract } from "../contract.ts";
import { cursor, id, limit } from "../fields.ts";

export const ALERT_KINDS = ["key_new_network", "key_outside_networks", "key_refusals"] as const;

/** Something a person should look at. Times are ISO 8601 in UTC. */
export const alert = z.strictObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  keyId: z.string(),
  message: z.string(),
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  acknowledgedAt: z.string().optional(),
});
export type Alert = z.infer<typeof alert>;

export const alerts = defineContract({
  path: "status:alerts",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({
    all: z.boolean().optional().describe("also the acknowledged ones"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ alerts: z.array(alert), cursor: z.string().optional() }),
});

export const alertAck = defineContract({
  path: "status:alertAck",
  kind: "mutation",
  scope: "status:write",
  args: z.strictObject({ id }),
  result: z.strictObject({ alert }),
});
