/** What the door's one-time pages call. The page's token is a key of its own: one scope, one page, minutes. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { CLOUDS } from "../deployment.ts";
import { secretValue } from "../fields.ts";
import { LEVELS } from "../secret-name.ts";
import { approval, decide } from "./approvals.ts";

export const secret = defineContract({
  path: "pages:secret",
  kind: "query",
  scope: "page:secret",
  args: z.strictObject({}),
  result: z.strictObject({
    name: z.string(),
    level: z.enum(LEVELS),
    agent: z.string().optional(),
    /** It is the credential of an account there, and no secret that an agent could get. */
    provider: z.enum(CLOUDS).optional(),
    /** Of the value that a new one would take the place of. */
    version: z.number().optional(),
    expiresAt: z.string(),
  }),
});

/** Takes the value and ends the page. */
export const submitSecret = defineContract({
  path: "pages:submitSecret",
  kind: "action",
  scope: "page:secret",
  args: z.strictObject({ value: secretValue }),
  result: z.strictObject({ name: z.string(), version: z.number() }),
  sensitive: ["value"],
});

export const showApproval = defineContract({
  path: "pages:approval",
  kind: "query",
  scope: "page:approval",
  args: z.strictObject({}),
  result: z.strictObject({ approval }),
  untrusted: ["approval.lines"],
});

/** For the policy `client`, under which the page speaks for the key that asked; then the page ends. */
export const decideApproval = defineContract({
  path: "pages:decideApproval",
  kind: "mutation",
  scope: "page:approval",
  args: decide.args.omit({ id: true }),
  result: z.strictObject({ approval }),
  untrusted: ["approval.lines"],
});
