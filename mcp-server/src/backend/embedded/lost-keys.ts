/** What is said where a database has been made and its keys are nowhere: new ones would open none of its secrets. */
import { dirname } from "node:path";
import { AppError } from "@moorage/shared/errors";
import type { Place } from "./key-store.ts";

export const WITHOUT_KEYS =
  "Put a backup back: `moorage restore FILE --replace`. Without one, `moorage keys renew` makes new keys: memories stay, the values of secrets are lost.";

export function lostKeys({ keys, usesKeychain }: Place): AppError {
  const nor = usesKeychain ? ", and the operating system's keychain gives none" : "";
  return new AppError(
    "setup",
    `The keys of this database, without which its secrets do not open, are not at ${keys}${nor}.`,
    {
      hint: `If they are in another directory, set MOORAGE_CONFIG_DIR to it in place of ${dirname(keys)}. ${WITHOUT_KEYS}`,
    },
  );
}
