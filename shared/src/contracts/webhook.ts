/** The one address that alerts are sent to. It is set by a person: whoever knows it can write there. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { WEBHOOK_FORMS, webhookUrlProblem } from "../webhook-url.ts";

export const webhook = z.strictObject({
  /** Its host; the address itself is never told. */
  host: z.string(),
  form: z.enum(WEBHOOK_FORMS),
  setAt: z.string(),
});

export const DELIVERY_STATES = ["waiting", "delivered", "failed"] as const;

export const delivery = z.strictObject({
  id: z.string(),
  /** Absent for a test. */
  alert: z.string().optional(),
  event: z.enum(["opened", "changed", "resolved", "test"]),
  state: z.enum(DELIVERY_STATES),
  tries: z.number(),
  at: z.string(),
  /** What the last try came to, where it was not delivered. */
  problem: z.string().optional(),
  nextTryAt: z.string().optional(),
});
export type Delivery = z.infer<typeof delivery>;

export const set = defineContract({
  path: "webhook:set",
  kind: "action",
  scope: "keys:admin",
  args: z.strictObject({ url: z.string(), form: z.enum(WEBHOOK_FORMS) }).superRefine(({ url, form }, ctx) => {
    const problem = webhookUrlProblem(url, form);
    if (problem !== undefined) ctx.addIssue({ code: "custom", path: ["url"], message: problem });
  }),
  /** The key that its messages are signed with is shown this once. */
  result: z.strictObject({ webhook, signingKey: z.string() }),
  sensitive: ["url"],
});

export const get = defineContract({
  path: "webhook:get",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({}),
  /** Deliveries newest first, the last of them. */
  result: z.strictObject({ webhook: webhook.optional(), deliveries: z.array(delivery) }),
});

/** Sends a message now, and says what came of it. */
export const test = defineContract({
  path: "webhook:test",
  kind: "action",
  scope: "keys:admin",
  args: z.strictObject({}),
  result: z.strictObject({ delivery }),
});

export const off = defineContract({
  path: "webhook:off",
  kind: "mutation",
  scope: "keys:admin",
  args: z.strictObject({}),
  result: z.strictObject({ off: z.literal(true) }),
});
