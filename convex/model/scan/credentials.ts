/** Secrets that have no form of their own, told by what stands beside them: a login in an address, a name before a value. */
import { type Groups, hide } from "./hide.ts";

const LOGIN =
  /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,30}:\/\/(?<user>[^\s:/@?#"'`<>]{0,100}):(?<password>[^\s/@?#"'`<>]{4,200})@[A-Za-z0-9[]/gi;
const STAND_INS =
  /^(?:pass|passwd|password|pw|pwd|secret|token|changeme|example|mysecretpassword|x+|\*+|\.+|(?:your|my|the|db)[-_]?(?:password|pass|secret|token))$/i;

/** An address with a user's password in it, of a database or a site; not one that shows where a password goes. */
export function hasLogin(text: string): boolean {
  if (!text.includes("://")) return false;
  return [...text.matchAll(LOGIN)].some(({ groups }) => isLogin(groups!));
}

const COMMAND_LOGIN =
  /(?<![A-Za-z0-9_-])curl[ \t][^\n]{0,300}?(?<=\s)(?:-u|--user)[ \t=]{0,3}["']?(?<user>[^\s:"'`$<]{1,100}):(?<password>[^\s"'`]{4,200})/g;

/** `curl -u user:password …`, not one that shows where a password goes. */
export const hasCommandLogin = (text: string): boolean =>
  [...text.matchAll(COMMAND_LOGIN)].some(({ groups }) => isLogin(groups!));

function isLogin({ user, password = "" }: Groups): boolean {
  return password !== user && !STAND_INS.test(password) && !/^[$%{(<]|\$\{/.test(password);
}

const ASSIGNED =
  /(?<![A-Za-z0-9_-])(?<name>[A-Za-z][A-Za-z0-9_-]{0,60})["']?[ \t]{0,3}[:=][ \t]{0,3}["']?(?<value>[A-Za-z0-9+_=.~-][A-Za-z0-9+/_=.~-]{15,511})/g;
const SECRET_NAMED =
  /SECRET|TOKEN|PASSW|PASSPHRASE|(?<![A-Za-z])(?:PASS|PWD)(?![A-Za-z])|(?:API|ACCOUNT|ACCESS|PRIVATE|SIGNING|ENCRYPTION|AUTH|MASTER)[_-]?KEY/i;
const BASIC = /(?<![A-Za-z0-9])Basic[ \t]{1,3}(?<value>[A-Za-z0-9+/]{8,2000}={0,2})(?![A-Za-z0-9+/=])/gi;
const BEARER = /(?<![A-Za-z0-9])Bearer[ \t]{1,3}(?<value>[A-Za-z0-9+/_=.~-]{20,2000})/gi;

/** `BILLING_API_KEY=…` or `"client_secret": "…"`, anywhere in a text, with a value that nobody chose for being readable. */
export function hasAssignment(text: string): boolean {
  if (!SECRET_NAMED.test(text)) return false;
  return [...text.matchAll(ASSIGNED)].some(({ groups }) => isAssignment(groups!));
}

const isAssignment = ({ name = "", value = "" }: Groups): boolean => SECRET_NAMED.test(name) && isRandom(value);

/** What a request says of itself: `Authorization: Bearer …`. */
export const hasBearer = (text: string): boolean =>
  [...text.matchAll(BEARER)].some(({ groups }) => isRandom(groups!["value"]!));

/** `Authorization: Basic …`, where a user and a password stand in base 64. */
export const hasBasicLogin = (text: string): boolean =>
  [...text.matchAll(BASIC)].some(({ groups }) => isBasicLogin(groups!));

function isBasicLogin({ value = "" }: Groups): boolean {
  if (value.length % 4 !== 0) return false;
  const [, user, password] = /^([\x20-\x7e]{0,200}?):([\x20-\x7e]{4,})$/.exec(atob(value)) ?? [];
  return password !== undefined && isLogin({ user: user!, password });
}

/** The text with `mark` in the place of each such secret. */
export function withoutCredentials(text: string, mark: string): string {
  const open = hide(hide(text, LOGIN, isLogin, mark), COMMAND_LOGIN, isLogin, mark);
  const basic = hide(open, BASIC, isBasicLogin, mark);
  const named = hide(basic, BEARER, ({ value = "" }) => isRandom(value), mark);
  return hide(named, ASSIGNED, isAssignment, mark);
}

/** Sixteen letters and digits, of both, without a break between words; of letters alone, such as no words have. */
export const isRandom = (value: string): boolean =>
  value
    .split(/[^A-Za-z0-9+/]/)
    .some((run) => run.length >= 16 && /[A-Za-z]/.test(run) && (/[0-9]/.test(run) || isShapeless(run)));

/** Letters that stand side by side in no word, or hardly. */
const ODD_PAIRS =
  /q[^u]|j[^aeiou]|[bcdfghjkmpqtvwxz]j|v[^aeioury]|[cdfghjkmnpqtwxz]v|x[bdgjkmnrsvwxz]|[bcdfghjkmpqstvwxz]x|z[bcdfgjkmnpqrstvwx]|[bcdfghjkmpqsvwx]z|[bcdfgjmpqtvxz]q|[bcfghjmpqvwxz]k|w[cgjmpqvxz]/g;
const ODD = 2;
/** Hardly a word of English holds more consonants in a row; "y" is none here. */
const CONSONANTS = /[^aeiouy]{5}/;
const SEAM = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
/** The words of a name in camel case are longer than this at the mean. */
const WORD_LETTERS = 2.8;

/** A run of letters that is made of no words: neither of a sentence nor of a name in code. */
function isShapeless(run: string): boolean {
  const words = run.split(SEAM);
  if (run.length / words.length < WORD_LETTERS) return true;
  const odd = words.flatMap((word) => word.toLowerCase().match(ODD_PAIRS) ?? []).length;
  return odd >= ODD || (odd > 0 && words.some((word) => CONSONANTS.test(word.toLowerCase())));
}
