/** A tool as a session calls it, in this process: before any door, with a person who is only told where to go. */
import { AppError, type ErrorShape } from "@moorage/shared/errors";
import type { Backend } from "moorage/backend/types";
import { answerWithin } from "moorage/fit";
import { reasons } from "moorage/log";
import type { Tool } from "moorage/tool";

const person = { command: (words: readonly string[]) => words.join(" "), hasPages: true, client: () => ({}) };

export type Told = Readonly<Record<string, unknown>> & Partial<ErrorShape>;

/** What the model is told: the result, or the error in its shape; and what the log is told of its cause. */
export async function callTool(
  tool: Tool,
  input: Record<string, unknown>,
  { backend, log = () => {} }: { backend: Backend; log?: (line: string) => void },
): Promise<Told> {
  try {
    return (await answerWithin(tool, input, { session: {}, backend, person })).structuredContent;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.cause !== undefined) log(reasons(error.cause));
    return { ...error.toShape() };
  }
}
