import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import { LEVELS } from "@moorage/shared/secret-name";
import * as z from "zod";
import { cleanUp } from "../../env-import/clean-up.ts";
import { copy } from "../../env-import/copy.ts";
import { makePlan } from "../../env-import/make-plan.ts";
import { loadPlan } from "../../env-import/plan.ts";
import { verify } from "../../env-import/verify.ts";
import { defineTool, destroys } from "../../tool.ts";

const answer = { status: z.literal("done"), plan: z.string(), next: z.string() };
const count = z.number();

/** Statements that stay where they are. */
const left = z.array(
  z.strictObject({ file: z.string(), line: z.number(), variable: z.string().optional(), reason: z.string() }),
);

const planned = z.strictObject({
  variable: z.string(),
  name: z.string(),
  level: z.enum(LEVELS),
  agent: z.string().optional(),
  files: z.array(z.string()),
  /** Files that do not say the same; a digest stands for a value. */
  disagree: z.array(z.strictObject({ file: z.string(), digest: z.string() })).optional(),
  /** The store has it already. */
  stored: z.literal(true).optional(),
});

const imported = z.union([
  z.strictObject({ ...answer, secrets: z.array(planned), left }),
  z.strictObject({ ...answer, copied: count, unchanged: count }),
  z.strictObject({ ...answer, verified: count, left }),
  z.strictObject({
    ...answer,
    removed: z.array(z.strictObject({ file: z.string(), variables: count, backup: z.string() })),
    left,
  }),
  approvals.waiting,
]);
export type Imported = z.infer<typeof imported>;

/** The values go from the files to the backend past the model: this process reads them, and answers names and digests. */
export default defineTool({
  name: "secret_import_env",
  title: "Import .env files",
  description:
    "Move secrets from .env files, phase by phase: each answer says what is next. The user approves copy and cleanup.",
  input: z.strictObject({
    phase: z.enum(["plan", "copy", "verify", "cleanup"]),
    paths: z.array(z.string()).min(1).max(BATCH_ITEMS).optional().describe("of the files, for plan"),
    plan: z.string().optional().describe("id, for the other phases"),
    choices: z.array(z.string()).optional().describe("for copy: VARIABLE=FILE that counts, or VARIABLE=keep"),
  }),
  output: imported,
  calls: [secrets.list, secrets.compare, secrets.set, approvals.request],
  annotations: destroys,
  handler: async ({ phase, paths, plan: id, choices = [] }, { session, backend, signal }) => {
    const context = { backend, reach: session.imports, ...(signal && { signal }) };
    const status = "done" as const;
    if (phase === "plan") return { status, ...(await makePlan(paths ?? [], context)), next: NEXT.plan };
    const plan = loadPlan(id, context.reach);
    const done = { status, plan: plan.id, next: NEXT[phase] };
    if (phase === "verify") {
      const found = await verify(plan, context);
      return {
        ...done,
        ...found,
        ...(found.verified === 0 ? { next: "First the phase copy; what is left says why." } : {}),
      };
    }
    const result = phase === "copy" ? await copy(plan, choices, context) : await cleanUp(plan, context);
    if ("status" in result) return result;
    return "removed" in result && result.removed.length === 0
      ? { ...done, ...result, next: "Nothing was taken out; what is left says why." }
      : { ...done, ...result };
  },
});

const NEXT = {
  plan: "Show the user what goes where and what stays; ask which file counts where they disagree; then the phase copy.",
  copy: "The files are unchanged. Next is the phase verify.",
  verify: "If the user wants the values out of the files, the phase cleanup; what is left there stays.",
  cleanup: "The backups hold the values: the user deletes them once everything works. Programs start with moorage run.",
};
