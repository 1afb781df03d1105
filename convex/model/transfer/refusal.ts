/** Why an entry of a file cannot be taken in, which can be said before anything is: one of its texts holds a secret, or its day. */
import type { broughtLog, broughtMemory, foresee } from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import { dayProblem } from "../logs.ts";
import { findSecret } from "../scan/scan.ts";

type Refusal = { refused: string } | undefined;
type Said = Pick<z.output<typeof broughtMemory>, "content" | "project" | "tags">;
type Log = Pick<z.output<typeof broughtLog>, "content" | "day">;

export const refusalOf = ({ content, project, tags = [] }: Said): Refusal => secretIn([content, project, ...tags]);

export function refusalOfLog({ content, day }: Log): Refusal {
  const problem = dayProblem(day, new Date().toISOString().slice(0, 10));
  return problem === undefined ? secretIn([content]) : { refused: `day: ${problem}` };
}

/** In the order they were given, each without a word where nothing is in its way. */
export const foreseen = ({ memories = [], versions = [], logs = [] }: z.output<(typeof foresee)["args"]>) => ({
  memories: memories.map((entry) => refusalOf(entry) ?? {}),
  versions: versions.map((entry) => refusalOf(entry) ?? {}),
  logs: logs.map((entry) => refusalOfLog(entry) ?? {}),
});

/** The secret is not repeated. */
function secretIn(texts: readonly (string | undefined)[]): Refusal {
  for (const text of texts) {
    const kind = text === undefined ? undefined : findSecret(text);
    if (kind !== undefined) return { refused: `holds ${kind}, and memory keeps no secrets` };
  }
  return undefined;
}
