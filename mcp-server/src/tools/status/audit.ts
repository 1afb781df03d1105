import * as audit from "@moorage/shared/contracts/audit";
import * as z from "zod";
import { defineTool, reads, type ToolContext } from "../../tool.ts";

/** Of the chain, for one answer: 2,000 minutes in which something happened. The cursor leads on. */
const PIECES = 100;
/** More say no more than that the trail is not to be believed. */
const PROBLEMS = 100;

const { since, until, limit, cursor } = audit.list.args.shape;
const verify = z.boolean().optional().describe("check the chain instead: altered, removed, unsealed");

export default defineTool({
  name: "status_audit",
  title: "Read the audit trail",
  description: "The audit trail: who did what, newest first.",
  input: z
    .strictObject({ since, until, limit, cursor, verify })
    .refine(
      ({ verify: isCheck, ...of }) => !isCheck || [of.since, of.until, of.limit].every((one) => one === undefined),
      {
        message: "verify goes through the whole chain: leave out since, until and limit",
      },
    ),
  output: z.union([audit.list.result, audit.verify.result]),
  untrusted: audit.list.untrusted,
  calls: [audit.list, audit.verify],
  annotations: reads,
  handler: ({ verify: isCheck = false, ...asked }, context) => {
    if (isCheck) return verifyFrom(asked.cursor, context);
    return context.backend.call(audit.list, asked, context.signal && { signal: context.signal });
  },
});

async function verifyFrom(cursor: string | undefined, { backend, signal }: ToolContext) {
  const go = (from: string | undefined) =>
    backend.call(audit.verify, from === undefined ? {} : { cursor: from }, signal && { signal });
  let all = await go(cursor);
  for (let piece = 1; piece < PIECES && all.cursor !== undefined && all.problems.length < PROBLEMS; piece++) {
    const next = await go(all.cursor);
    all = { ...next, checked: all.checked + next.checked, problems: [...all.problems, ...next.problems] };
  }
  return all;
}
