import * as z from "zod";
import { ALERT_KINDS, SEVERITIES } from "../alerts.ts";
import { defineContract } from "../contract.ts";
import { cursor, id, limit } from "../fields.ts";

/** Something a person should look at. Times are ISO 8601 in UTC. */
export const alert = z.strictObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  /** The key that it is about. */
  keyId: z.string().optional(),
  /** What else it is about, such as `deployment:web` or `secret:API_KEY`. */
  about: z.string().optional(),
  message: z.string(),
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  /** It is over. */
  resolvedAt: z.string().optional(),
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
