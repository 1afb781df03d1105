/** The third phase: opens what is kept and holds it against the files. Changes nothing. */
import { shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import { type Plan, placeIn } from "./plan.ts";
import { type Left, readSources, type Sources } from "./sources.ts";

export async function verify(plan: Plan, context: ImportContext) {
  const sources = await readSources(plan.files, (variable) => placeIn(plan, variable), context);
  const verified = sources.statements.filter(({ kept }) => kept === "same").length;
  return { verified, left: describeLeft(leftBehind(sources), context) };
}

/** Statements that cleaning up would not touch, each with its reason. */
export function leftBehind({ statements, left }: Sources): Left[] {
  const unverified = statements
    .filter(({ kept }) => kept !== "same")
    .map(({ file, assignment: { line, name: variable }, kept }) => {
      const reason = kept === "none" ? "it is not in the store" : "the store has another value";
      return { file: file.path, line, variable, reason };
    });
  return [...unverified, ...left];
}

export const describeLeft = (left: readonly Left[], { reach }: ImportContext): Left[] =>
  left.map((one) => ({ ...one, file: shown(one.file, reach.cwd) }));
