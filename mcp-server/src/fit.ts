/** Keeps an answer within what clients take: asks for less of it, and where that cannot be, cuts its texts. */
import { AppError } from "@moorage/shared/errors";
import { BUDGET } from "@moorage/shared/limits";
import type { Arguments } from "./backend/types.ts";
import { presentResult, type ToolAnswer } from "./present.ts";
import { runTool } from "./run.ts";
import { shortenTexts } from "./shorten.ts";
import { isMutating, type Result, type Tool, type ToolContext } from "./tool.ts";

/** Clients cut or refuse a longer result. The backend's pages hold 40 kB of content, which escapes may double. */
export const ANSWER_BYTES = 60_000;
/** Where the cutting of texts begins and ends. */
const LONGEST_TEXT_BYTES = 48_000;
const SHORTEST_TEXT_BYTES = 100;

export async function answerWithin(tool: Tool, args: Arguments, context: ToolContext): Promise<ToolAnswer> {
  const result = await runTool(tool, args, context);
  const answer = await presentResult(tool.form, result, context.backend);
  if (fits(answer)) return answer;
  // A change is made by now: to ask again would make it twice.
  const less = isMutating(tool) ? undefined : askForLess(tool, args, result);
  return less === undefined ? shortened(tool, result, context) : answerWithin(tool, less, context);
}

/** The answer with its texts cut to the greatest length at which it fits. */
async function shortened({ form, name, whole }: Tool, result: Result, { backend }: ToolContext): Promise<ToolAnswer> {
  const command = `moorage ${whole ?? name.replaceAll("_", " ")}`;
  for (let maxBytes = LONGEST_TEXT_BYTES; maxBytes > SHORTEST_TEXT_BYTES; maxBytes *= 0.75) {
    const { result: less, fields } = shortenTexts(form, result, Math.floor(maxBytes));
    const note = `Cut here to fit a client, kept whole: ${fields.join(", ")}. To read it in a terminal: ${command}`;
    const answer = await presentResult(form, { shortened: note, ...less }, backend);
    if (fits(answer)) return answer;
  }
  throw new AppError("too_large", `the answer is more than the ${ANSWER_BYTES} bytes a client takes`, {
    hint: `Read it in a terminal: ${command}`,
  });
}

const fits = (answer: ToolAnswer) => Buffer.byteLength(answer.content[0].text) <= ANSWER_BYTES;

/** Half the items, or half the budget; undefined where neither can be had. */
function askForLess(tool: Tool, args: Arguments, result: Result): Arguments | undefined {
  const fields = tool.form.args.shape;
  if ("limit" in fields) {
    const items = Object.values(result).find(Array.isArray)?.length ?? 0;
    return items > 1 ? { ...args, limit: Math.floor(items / 2) } : undefined;
  }
  if ("budget" in fields) {
    const budget = Number(args["budget"] ?? BUDGET.usual);
    return budget > BUDGET.least ? { ...args, budget: Math.max(BUDGET.least, Math.floor(budget / 2)) } : undefined;
  }
  return undefined;
}
