/** The third phase: opens what is kept and holds it against the files. Changes nothing. */
import { shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import { type Plan, placeIn } from "./plan.ts";
import { type Left, readSources, type Sources, type Statement } from "./sources.ts";

export async function verify(plan: Plan, context: ImportContext) {
  const sources = await readSources(plan.files, (variable) => placeIn(plan, variable), context);
  const verified = sources.statements.filter(({ kept }) => kept === "same").length;
  return { verified, left: describeLeft(sortOut(sources, plan).staying, context) };
}

/** Statements that cleaning up takes out, and those that it would not touch, each with its reason. */
export function sortOut({ statements, left }: Sources, { choices }: Plan): { going: Statement[]; staying: Left[] } {
  const reasonOf = ({ assignment: { name }, kept }: Statement) => {
    if (choices[name] === "keep") return "it was chosen to stay";
    if (kept === "none") return "it is not in the store";
    return kept === "other" ? "the store has another value" : undefined;
  };
  const staying = [
    ...statements.flatMap((one) => {
      const reason = reasonOf(one);
      return reason === undefined ? [] : [toLeft(one, reason)];
    }),
    ...left,
  ];
  // Taken out alone, the last statement of a name would leave its programs with the value of one above.
  const above = new Set(staying.map(({ file, variable }) => JSON.stringify([file, variable])));
  const going = statements.filter((one) => reasonOf(one) === undefined);
  const isCovering = ({ file, assignment: { name } }: Statement) => above.has(JSON.stringify([file.path, name]));
  const covering = going.filter(isCovering).map((one) => toLeft(one, "a line above, which stays, would count instead"));
  return { going: going.filter((one) => !isCovering(one)), staying: [...covering, ...staying] };
}

const toLeft = ({ file, assignment: { line, name: variable } }: Statement, reason: string): Left => ({
  file: file.path,
  line,
  variable,
  reason,
});

export const describeLeft = (left: readonly Left[], { reach }: ImportContext): Left[] =>
  left.map((one) => ({ ...one, file: shown(one.file, reach.cwd) }));
