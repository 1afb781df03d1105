/** The second phase: with a person's consent, every value goes to its place in the store. The files stay as they are. */
import { set } from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import type { SecretPlace } from "@moorage/shared/secret-name";
import { type Chosen, choose, readChoices } from "./choices.ts";
import { consentUsed, requireConsent } from "./consent.ts";
import { shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import { type Plan, placeIn, savePlan } from "./plan.ts";
import { readSources, type Statement } from "./sources.ts";

export async function copy(plan: Plan, given: readonly string[], context: ImportContext) {
  const choices = readChoices(given, plan, context);
  const chosen = choose({ ...plan, choices }, context);
  plan.choices = choices;
  savePlan(plan, context.reach);
  const { statements } = await readSources(plan.files, (variable) => placeIn(plan, variable), context);
  const work = chosen.map((one) => ({ ...one, statement: statementOf(one, statements, context) }));
  const todo = work.filter(({ statement }) => statement.kept !== "same");
  const summary = `copy ${work.length} values from files into the store of secrets.`;
  const steps = work.map(({ secret, file }) => ({ file, variable: secret.variable, note: noteOf(secret) }));
  const wait = todo.length === 0 ? undefined : await requireConsent(plan, { phase: "copy", summary, steps }, context);
  if (wait !== undefined) return wait;
  for (const { secret, statement } of todo) {
    const args = { ...secret.place, value: statement.assignment.value, source: "imported" };
    await context.backend.call(set, args, context.signal && { signal: context.signal });
  }
  consentUsed(plan, "copy", context);
  return { copied: todo.length, unchanged: work.length - todo.length };
}

/** The statement that was planned; a file that says something else by now was not what the person saw. */
function statementOf({ secret, file, digest }: Chosen, statements: readonly Statement[], { reach }: ImportContext) {
  const last = statements.findLast((one) => one.file.path === file && one.assignment.name === secret.variable);
  if (last?.digest === digest) return last;
  throw new AppError(
    "conflict",
    `${secret.variable} in ${shown(file, reach.cwd)} is no longer what the plan was made of.`,
    {
      hint: 'Begin again with the phase "plan".',
    },
  );
}

function noteOf({ place, replaces }: Chosen["secret"]): string {
  return replaces === undefined ? levelOf(place) : `${levelOf(place)}, replaces version ${replaces}`;
}

const levelOf = ({ level, agent }: SecretPlace) => (level === "agent" ? `for the agent ${agent}` : level);
