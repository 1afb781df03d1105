/** One approval before a person: the exact difference, and their answer. */
import { type Approval, decide } from "@moorage/shared/contracts/approvals";
import { confirm, isInteractive } from "../terminal/ask.ts";
import { moment, printLines } from "../terminal/print.ts";
import type { Output, VerbContext } from "../verb.ts";

export function showApproval(output: Output, { title, lines, status, requestedBy, expiresAt }: Approval): void {
  printLines(output, [
    `${title} (${status}; asked by the key ${requestedBy}; until ${moment(expiresAt)})`,
    ...lines.map((line) => `  ${line}`),
  ]);
}

/** Shows it, asks, and carries the answer out; `nobody` where there is no terminal to ask at. */
export async function askApproval(
  context: VerbContext,
  approval: Approval,
): Promise<"approve" | "decline" | "nobody" | "closed"> {
  const { backend, stderr } = context;
  if (!isInteractive(context)) return "nobody";
  showApproval(stderr, approval);
  if (approval.status !== "waiting") {
    stderr.write("It is no longer waiting for a decision.\n");
    return "closed";
  }
  const decision = (await confirm(context, "Approve?")) ? "approve" : "decline";
  await backend.call(decide, { id: approval.id, digest: approval.digest, decision });
  stderr.write(decision === "approve" ? "Approved.\n" : "Declined; nothing has changed.\n");
  return decision;
}
