import { AppError } from "@moorage/shared/errors";

/** A text that its client could not read either, or that cannot be changed without touching more than our own entry. */
export const unreadable = (why: string): AppError =>
  new AppError("invalid_input", `It cannot be changed safely: ${why}.`, {
    hint: "Mend the file by hand, then run the command again; nothing in it was changed.",
  });
