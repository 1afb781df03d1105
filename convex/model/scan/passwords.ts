/**
 * Passwords that people chose, told by what they are called: `DB_PASS=…`, "the admin password is …". Shorter than what a
 * machine makes, so only what hardly is a word or a name: letters and digits that take turns, or words without a sentence.
 */
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
const SUBJECT =
  "password|passwort|passphrase|(?:api|access|secret|auth|private|signing|encryption|master)[ _-]?(?:key|token)";
const TOLD = new RegExp(
  `(?<![A-Za-z])(?:${SUBJECT})(?:[ \\t](?:for|of|to|on|für)(?:[ \\t][^\\s.:;,=]{1,30}){1,5}?)?(?:[ \\t](?:is|was|ist|lautet)(?:[ \\t]now)?[: \\t]{1,3}|[ \\t]?[:=][ \\t]{0,3})["'\`]?${VALUE}`,
  "gi",
);

const FORMS = [NAMED, VARIABLE, TOLD];

export const hasPassword = (text: string): boolean =>
  /PASS|PWD|SECRET|TOKEN|KEY/i.test(text) &&
  FORMS.some((form) => [...text.matchAll(form)].some(({ groups }) => isPassword(groups!)));

/** The text with `mark` in the place of each. */
export const withoutPasswords = (text: string, mark: string): string =>
  FORMS.reduce((rest, form) => hide(rest, form, isPassword, mark), text);

const isPassword = ({ value = "" }: Groups): boolean => hasTurns(value) || isPassphrase(value);

const SHORTEST = 8;
/** "base64" and "e2e" have one or two. */
const MOST_TURNS = 3;
const TURN = /(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])/g;

/** Letters and digits by turns, as in no word, version, date or unit. */
const hasTurns = (value: string): boolean =>
  value.split(/[^A-Za-z0-9]/).some((run) => run.length >= SHORTEST && (run.match(TURN) ?? []).length > MOST_TURNS);

const PHRASE = /^[a-z]{3,12}(?:[-_][a-z]{3,12}){3,7}[.!]?$/i;
/** In a sentence, the name of a secret, or what stands where a password goes. */
const PROSE =
  /(?<![a-z])(?:the|for|and|our|any|all|not|you|your|own|one|see|ask|use|set|put|get|has|was|are|can|may|too|two|its|with|from|must|have|that|this|here|into|only|when|never|same|need|goes|will|been|secret|key|keys|token|vault|value|name|file|pass|password|passphrase|passwort|default|example|change|changeme|placeholder|admin|user|database|staging|production|prod|server|service|account|environment|variable)(?![a-z])/i;

/** Four words or more that make no sentence. */
const isPassphrase = (value: string): boolean => PHRASE.test(value) && !PROSE.test(value);
