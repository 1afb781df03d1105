/** Refuses a secret that was pasted where text is kept in the clear: memories and logs. What it says never holds the secret. */
import { AppError } from "@moorage/shared/errors";
import { hasAssignment, hasBasicLogin, hasBearer, hasCommandLogin, hasLogin } from "./credentials.ts";
import { FORMATS } from "./formats.ts";

/** What the text holds, "an AWS access key", or undefined. */
export function findSecret(text: string): string | undefined {
  const shown = text.replace(HIDDEN, "");
  return findIn(text) ?? (shown === text ? undefined : findIn(shown));
}

/** Characters that nobody sees and that no secret has: whoever copies it back loses them. */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function findIn(text: string): string | undefined {
  for (const { kind, marks, pattern } of FORMATS) {
    if (!marks.some((mark) => text.includes(mark))) continue;
    if ([...text.matchAll(pattern)].some(([match]) => !isExample(match))) return kind;
  }
  if (hasLogin(text)) return "a password in an address";
  if (hasCommandLogin(text)) return "a password in a command";
  if (hasBasicLogin(text)) return "a password for a request";
  if (hasBearer(text)) return "a bearer token";
  return hasAssignment(text) ? "a variable with a secret's value" : undefined;
}

/** As documents write them: `AKIA…EXAMPLE`, `ghp_xxxxxxxx`, and the token that jwt.io shows everybody. */
const isExample = (match: string): boolean => /EXAMPLE|[xX*]{16}|^eyJ[^.]*\.eyJzdWIiOiIxMjM0NTY3ODkwI/.test(match);

/** Every text of a call's arguments, wherever it stands in them. */
export function refuseSecrets(args: unknown, path: readonly (string | number)[] = []): void {
  if (typeof args === "string") {
    const kind = findSecret(args);
    if (kind !== undefined)
      throw new AppError("secret_found", `${path.join(".")}: must not hold a secret, but holds ${kind}`);
  } else if (typeof args === "object" && args !== null) {
    for (const [key, value] of Object.entries(args)) refuseSecrets(value, [...path, key]);
  }
}
