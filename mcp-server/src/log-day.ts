/** One day of a log, for whoever names it `day`; the tool would speak of fields of its own. */
import { AppError } from "@moorage/shared/errors";
import * as fields from "@moorage/shared/fields";

export function onDay(day: string | undefined) {
  const problem = fields.day.safeParse(day).error?.issues[0];
  if (problem !== undefined) throw new AppError("invalid_input", `day: ${problem.message}`);
  return { from: day, to: day };
}
