import { AppError } from "@moorage/shared/errors";

/** Why a text is one that its client could not read either, or cannot be changed without touching more than our entry. */
export class Unreadable extends Error {}

/** Work on the text of a file; what is wrong with the text is said of the file. */
export function onText<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // What is nested by the thousand is too deep for a parser's own stack.
    const why =
      error instanceof RangeError ? "it is nested too deeply" : error instanceof Unreadable ? error.message : undefined;
    if (why === undefined) throw error;
    throw new AppError("invalid_input", `${path} cannot be changed safely: ${why}.`, {
      hint: "Mend the file by hand, then run the command again; nothing in it was changed.",
    });
  }
}
