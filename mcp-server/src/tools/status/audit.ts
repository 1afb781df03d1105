import * as audit from "@moorage/shared/contracts/audit";
import * as z from "zod";
import { defineTool, reads } from "../../tool.ts";

const { since, until, limit, cursor } = audit.list.args.shape;
const verify = z.boolean().optional().describe("check the chain instead, cursor by cursor: altered, removed, unsealed");

export default defineTool({
  name: "status_audit",
  title: "Read the audit trail",
  description: "Who did what, newest first.",
  input: z.strictObject({ since, until, limit, cursor, verify }),
  output: z.union([audit.list.result, audit.verify.result]),
  untrusted: audit.list.untrusted,
  calls: [audit.list, audit.verify],
  annotations: reads,
  handler: async ({ verify: isCheck = false, ...asked }, { backend, signal }) => {
    if (!isCheck) return backend.call(audit.list, asked, signal && { signal });
    const page = asked.cursor === undefined ? {} : { cursor: asked.cursor };
    return backend.call(audit.verify, page, signal && { signal });
  },
});
