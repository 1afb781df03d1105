/** A tool as a session calls it, in this process: before any door, with a person who is only told where to go. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, type ErrorShape } from "@moorage/shared/errors";
import type { Backend } from "moorage/backend/types";
import type { Reach } from "moorage/env-import/files";
import { answerWithin } from "moorage/fit";
import { reasons } from "moorage/log";
import type { Tool } from "moorage/tool";

const person = { command: (words: readonly string[]) => words.join(" "), hasPages: true, client: () => ({}) };

/** The folder of sample.env. */
const HERE = fileURLToPath(new URL(".", import.meta.url));
const SAMPLES: Reach = { cwd: HERE, roots: [HERE], stateDir: join(tmpdir(), `moorage-imports-${process.pid}`) };

export type Told = Readonly<Record<string, unknown>> & Partial<ErrorShape>;

/** What the model is told: the result, or the error in its shape; and what the log is told of its cause. */
export async function callTool(
  tool: Tool,
  input: Record<string, unknown>,
  { backend, imports = SAMPLES, log = () => {} }: { backend: Backend; imports?: Reach; log?: (line: string) => void },
): Promise<Told> {
  try {
    return (await answerWithin(tool, input, { session: { imports }, backend, person })).structuredContent;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.cause !== undefined) log(reasons(error.cause));
    return { ...error.toShape() };
  }
}
