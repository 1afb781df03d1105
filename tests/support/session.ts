/** A tool as a session calls it, in this process: before any door, with a person who is only told where to go. */
import type { ErrorShape } from "@moorage/shared/errors";
import { AppError } from "@moorage/shared/errors";
import type { Backend } from "moorage/backend/types";
import { answerWithin } from "moorage/fit";
import type { Tool } from "moorage/tool";

const person = { command: (words: readonly string[]) => words.join(" "), hasPages: true, client: () => ({}) };

export type Told = Readonly<Record<string, unknown>> & Partial<ErrorShape>;

/** What the model is told: the result, or the error in its shape. */
export async function callTool(
  tool: Tool,
  input: Record<string, unknown>,
  { backend, signal }: { backend: Backend; signal?: AbortSignal },
): Promise<Told> {
  try {
    const context = { session: {}, backend, person, ...(signal && { signal }) };
    return (await answerWithin(tool, input, context)).structuredContent;
  } catch (error) {
    if (error instanceof AppError) return { ...error.toShape() };
    throw error;
  }
}
