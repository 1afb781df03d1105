/** Keeps an answer within what clients take, by asking for less of it. */
import { AppError } from "@moorage/shared/errors";
import type { Arguments } from "./backend/types.ts";
import { presentResult, type ToolAnswer } from "./present.ts";
import { type Result, type RunContext, runTool } from "./run.ts";
import type { Tool } from "./tool.ts";

/** Clients cut or refuse a longer result. The backend's pages hold 40 kB of content, which escapes may double. */
export const ANSWER_BYTES = 60_000;
/** What `budget` is when nobody names it, and the least it may be. */
const DEFAULT_BUDGET = 2_000;
const MIN_BUDGET = 200;

export async function answerWithin(tool: Tool, args: Arguments, context: RunContext): Promise<ToolAnswer> {
  const result = await runTool(tool, args, context);
  const answer = presentResult(tool.contract, result);
  const bytes = Buffer.byteLength(answer.content[0].text);
  if (bytes <= ANSWER_BYTES) return answer;
  const less = askForLess(tool, args, result);
  if (less !== undefined) return answerWithin(tool, less, context);
  throw new AppError("too_large", `the answer is ${bytes} bytes, more than the ${ANSWER_BYTES} a client takes`, {
    hint: `Read it in a terminal: moorage ${tool.name.replaceAll("_", " ")}.`,
  });
}

/** Half the items, or half the budget; undefined where neither can be had. */
function askForLess(tool: Tool, args: Arguments, result: Result): Arguments | undefined {
  const fields = tool.contract.args.shape;
  if ("limit" in fields) {
    const items = Object.values(result).find(Array.isArray)?.length ?? 0;
    return items > 1 ? { ...args, limit: Math.floor(items / 2) } : undefined;
  }
  if ("budget" in fields) {
    const budget = Number(args["budget"] ?? DEFAULT_BUDGET);
    return budget > MIN_BUDGET ? { ...args, budget: Math.max(MIN_BUDGET, Math.floor(budget / 2)) } : undefined;
  }
  return undefined;
}
