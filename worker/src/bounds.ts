import { AppError } from "@moorage/shared/errors";

/** No contract nests deeper; decoders and validators recurse, and a stack ends. */
const MAX_DEPTH = 16;
/** No call within the limits of a body needs more values; each may cost a validator some microseconds. */
const MAX_VALUES = 10_000;

/** Refuses what would be costly to decode or validate. Stops at the bound, so it is never costly itself. */
export function assertBounded(value: unknown): void {
  let left = MAX_VALUES;
  const visit = (item: unknown, depth: number) => {
    if (--left < 0) throw new AppError("too_large", `The arguments hold more than ${MAX_VALUES} values.`);
    if (typeof item !== "object" || item === null) return;
    if (depth >= MAX_DEPTH)
      throw new AppError("invalid_input", `The arguments are nested more than ${MAX_DEPTH} levels deep.`, {
        hint: "Send flat arguments, as the function's contract describes them.",
      });
    for (const child of Array.isArray(item) ? item : Object.values(item)) visit(child, depth + 1);
  };
  visit(value, 0);
}
