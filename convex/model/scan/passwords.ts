/**
 * Passwords that people chose, told by what they are called: `DB_PASS=…`, "the admin password is …". Shorter than what a
 * machine makes, so only what hardly is a word or a name: letters and digits that take turns, or words without a sentence.
 */
import { isRandom } from "./credentials.ts";
import { type Groups, hide } from "./hide.ts";

const VALUE = "(?<value>[^\\s\"'`<>(){}\\[\\],;/\\\\$%=:][^\\s\"'`<>(){}\\[\\],;/\\\\]{7,127})(?![/\\\\(\\[{<])";
const GAP = "[\"']?[ \\t]{0,3}[:=][ \\t]{0,3}[\"'`]?";

/** `password: …`, and a name that ends so. */
const NAMED = new RegExp(
  `(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{0,40}(?:password|passwort|passwd|passphrase)${GAP}${VALUE}`,
  "gi",
);
/** As variables are called. A first pass, a sort key and a next page's token are none. */
const VARIABLE = new RegExp(
  `(?<![A-Za-z0-9_])(?:(?:[A-Z0-9]{1,30}_){1,6}(?:PASS|PWD|TOKEN)|(?:[A-Z0-9]{1,30}_){0,6}(?:SECRET|(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|AUTH|MASTER)_?KEY))${GAP}${VALUE}`,
  "g",
);
/** "The password for the staging database is …", "API key for billing: …". */
const told = (subject: string) =>
  new RegExp(
    `(?<![A-Za-z])(?:${subject})(?:[ \\t](?:for|of|to|on|für)(?:[ \\t][^\\s.:;,=]{1,30}){1,5}?)?(?:[ \\t](?:is|was|ist|lautet)(?:[ \\t]now)?[: \\t]{1,3}|[ \\t]?[:=][ \\t]{0,3})["'\`]?${VALUE}`,
    "gi",
  );
const PASSWORD = "password|passwort|passphrase";
const KEY = "(?:api|access|secret|auth)[ _-]?(?:key|token)";
const TOLD = told(`${PASSWORD}|${KEY}|(?:private|signing|encryption|master)[ _-]?(?:key|token)`);
/** Keys are called so themselves: `harbour-billing-42` is a name, and no password's. */
const TOLD_PASSWORD = told(PASSWORD);
/** `password=…`, to which no sentence belongs: a sign at its end is its own. */
const GIVEN = new RegExp(`(?<![A-Za-z0-9_-])(?:password|passwort|passwd|passphrase)=["'\`]?${VALUE}`, "gi");
/** "API token 3f9d…": nothing but what it is, before what no word is. A signing key's fingerprint is public. */
const BARE = new RegExp(`(?<![A-Za-z])${KEY}[ \\t]{1,3}["'\`]?(?<value>[A-Za-z0-9_-]{32,200})(?![A-Za-z0-9_/-])`, "gi");

type Form = readonly [form: RegExp, isOne: (groups: Groups) => boolean];

const FORMS: readonly Form[] = [
  ...[NAMED, VARIABLE, TOLD].map((form): Form => [form, isPassword]),
  [TOLD_PASSWORD, ({ value = "" }) => isNumbered(value)],
  [GIVEN, ({ value = "" }) => hasSigns(value, SIGN)],
  [BARE, ({ value = "" }) => isRandom(value)],
];

export const hasPassword = (text: string): boolean =>
  /PASS|PWD|SECRET|TOKEN|KEY/i.test(text) &&
  FORMS.some(([form, isOne]) => [...text.matchAll(form)].some(({ groups }) => isOne(groups!)));

/** The text with `mark` in the place of each. */
export const withoutPasswords = (text: string, mark: string): string =>
  FORMS.reduce((rest, [form, isOne]) => hide(rest, form, isOne, mark), text);

function isPassword({ value = "" }: Groups): boolean {
  return hasTurns(value) || isPassphrase(value) || hasSigns(value, INNER_SIGN);
}

const SIGN = /[!^?&]/;
/** Within: at the end of a word it may be the sentence's. */
const INNER_SIGN = /[!^?&](?=[A-Za-z0-9])/;

/** What follows a parameter in an address. */
const NEXT_PARAMETER = /&[A-Za-z_]{1,40}=.*/;

/** Letters, a digit and a sign, which passwords are asked to have and words have not. */
function hasSigns(value: string, sign: RegExp): boolean {
  const own = value.replace(NEXT_PARAMETER, "");
  return own.length >= SHORTEST && /[A-Za-z]{2}/.test(own) && /[0-9]/.test(own) && sign.test(own);
}

const SHORTEST = 8;
/** "base64" and "e2e" have one or two. */
const MOST_TURNS = 3;
const TURN = /(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])/g;

/** From this length on, what has as many is none of those. */
const LONG = 12;

/** Letters and digits by turns, as in no word, version, date or unit. */
const hasTurns = (value: string): boolean =>
  value.split(/[^A-Za-z0-9]/).some((run) => {
    const turns = (run.match(TURN) ?? []).length;
    return run.length >= SHORTEST && (turns > MOST_TURNS || (turns === MOST_TURNS && run.length >= LONG));
  });

const PHRASE = /^[a-z]{3,12}(?:[-_][a-z]{3,12}){3,7}[.!]?$/i;
/** In a sentence, the name of a secret, or what stands where a password goes. */
const PROSE =
  /(?<![a-z])(?:the|for|and|our|any|all|not|you|your|own|one|see|ask|use|set|put|get|has|was|are|can|may|too|two|its|with|from|must|have|that|this|here|into|only|when|never|same|need|goes|will|been|secret|key|keys|token|vault|value|name|file|pass|password|passphrase|passwort|default|example|change|changeme|placeholder|admin|user|database|staging|production|prod|server|service|account|environment|variable)(?![a-z])/i;

/** Four words or more that make no sentence. */
const isPassphrase = (value: string): boolean => PHRASE.test(value) && !PROSE.test(value);

const NUMBERED = /^[a-z]{4,12}(?:[-_][a-z]{4,12}){1,6}[-_]?[0-9]{2,4}[.!]?$/i;

/** `sunflower-tractor-42`. */
const isNumbered = (value: string): boolean => NUMBERED.test(value) && !PROSE.test(value);
