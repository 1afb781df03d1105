/** A person's yes to what an import is about to do: asked once, and remembered with the plan. */
import { request } from "@moorage/shared/contracts/approvals";
import { AppError } from "@moorage/shared/errors";
import { APPROVAL_LINE_CHARS, APPROVAL_LINES } from "@moorage/shared/limits";
import { groupBy } from "../group.ts";
import type { ImportContext } from "./import-context.ts";
import { type Plan, savePlan } from "./plan.ts";

export interface Deed {
  phase: keyof Plan["approved"];
  /** The first line. */
  summary: string;
  /** What happens to which name, by file. */
  steps: readonly { file: string; variable: string; note: string }[];
}

const PATH_CHARS = 200;

/** Undefined once it is given, for these very steps; else what to answer meanwhile. */
export async function requireConsent(plan: Plan, { phase, summary, steps }: Deed, context: ImportContext) {
  const asked = steps.map(({ file, variable }) => JSON.stringify([file, variable]));
  if (asked.every((step) => plan.approved[phase].includes(step))) return undefined;
  const lines = [`Import ${plan.id}: ${summary}`, ...linesOf(steps)];
  if (lines.length > APPROVAL_LINES)
    throw new AppError("too_large", "This import is more than one approval can show.", {
      hint: "Import the files in several imports.",
    });
  const kind = `secret_import_${phase}` as const;
  const answer = await context.backend.call(request, { kind, lines }, context.signal && { signal: context.signal });
  if (answer.status === "waiting_for_user") return answer;
  plan.approved[phase] = asked;
  savePlan(plan, context.reach);
  return undefined;
}

/** The work is done: what comes after it is asked about anew. */
export function consentUsed(plan: Plan, phase: Deed["phase"], { reach }: ImportContext): void {
  plan.approved[phase] = [];
  savePlan(plan, reach);
}

/** Names of one file together, as many as a line takes. */
function linesOf(steps: Deed["steps"]): string[] {
  return [...groupBy(steps, ({ file }) => file)].flatMap(([file, of]) => {
    const start = `${file.length > PATH_CHARS ? `…${file.slice(-PATH_CHARS)}` : file}:`;
    const lines: string[] = [];
    for (const { variable, note } of of) {
      const item = note === "" ? variable : `${variable} (${note})`;
      const longer = lines.length === 0 ? "" : `${lines.at(-1)}, ${item}`;
      if (longer !== "" && longer.length <= APPROVAL_LINE_CHARS) lines[lines.length - 1] = longer;
      else lines.push(`${start} ${item}`);
    }
    return lines;
  });
}
