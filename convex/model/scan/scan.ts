/** Refuses a secret that was pasted where text is kept in the clear: memories and logs. What it says never holds the secret. */
import { AppError } from "@moorage/shared/errors";
import { joinedLines } from "./broken.ts";
import { hasCard } from "./cards.ts";
import { hasAssignment, hasBasicLogin, hasBearer, hasCommandLogin, hasLogin, isRandom } from "./credentials.ts";
import { FORMATS } from "./formats.ts";
import { hasPassword } from "./passwords.ts";
import { hasSeed } from "./seeds.ts";

/** What the text holds, "an AWS access key", or undefined. */
export function findSecret(text: string): string | undefined {
  const plain = text.normalize("NFKC").replace(HIDDEN, "");
  return findIn(text) ?? (plain === text ? undefined : findIn(plain)) ?? findBroken(plain);
}

/** Characters that nobody sees and that no secret has: whoever copies it back loses them, as a letter its full width. */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function findToken(text: string, isOne: (match: string) => boolean): string | undefined {
  for (const { kind, marks, pattern } of FORMATS) {
    if (!marks.some((mark) => text.includes(mark))) continue;
    if ([...text.matchAll(pattern)].some(([match]) => isOne(match) && !isExample(match))) return kind;
  }
  return undefined;
}

/** Of several lines only what no words are: a list may join to anything. */
function findBroken(text: string): string | undefined {
  for (const line of joinedLines(text)) {
    const kind = findToken(line, isRandom);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function findIn(text: string): string | undefined {
  const kind = findToken(text, () => true);
  if (kind !== undefined) return kind;
  if (hasLogin(text)) return "a password in an address";
  if (hasCommandLogin(text)) return "a password in a command";
  if (hasBasicLogin(text)) return "a password for a request";
  if (hasBearer(text)) return "a bearer token";
  if (hasAssignment(text)) return "a variable with a secret's value";
  if (hasSeed(text)) return "a seed phrase";
  if (hasCard(text)) return "a card's number";
  return hasPassword(text) ? "a password" : undefined;
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
