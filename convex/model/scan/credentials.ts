/** Secrets that have no form of their own, told by what stands beside them: a login in an address, a name before a value. */

const LOGIN =
  /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,30}:\/\/(?<user>[^\s:/@?#"'`<>]{0,100}):(?<password>[^\s/@?#"'`<>]{4,200})@[A-Za-z0-9[]/gi;
const STAND_INS =
  /^(?:pass|passwd|password|pw|pwd|secret|token|changeme|example|mysecretpassword|x+|\*+|\.+|(?:your|my|the|db)[-_]?(?:password|pass|secret|token))$/i;

/** An address with a user's password in it, of a database or a site; not one that shows where a password goes. */
export function hasLogin(text: string): boolean {
  if (!text.includes("://")) return false;
  return [...text.matchAll(LOGIN)].some(({ groups }) => {
    const { user, password } = groups as { user: string; password: string };
    return password !== user && !STAND_INS.test(password) && !/^[$%{(]|\$\{/.test(password);
  });
}

const ASSIGNED =
  /(?<![A-Za-z0-9_-])(?<name>[A-Za-z][A-Za-z0-9_-]{0,60})["']?[ \t]{0,3}[:=][ \t]{0,3}["']?(?<value>[A-Za-z0-9+_=.~-][A-Za-z0-9+/_=.~-]{15,511})/g;
const SECRET_NAMED =
  /SECRET|TOKEN|PASSW|PASSPHRASE|(?:API|ACCOUNT|ACCESS|PRIVATE|SIGNING|ENCRYPTION|AUTH|MASTER)[_-]?KEY/i;
const BEARER = /(?<![A-Za-z0-9])Bearer[ \t]{1,3}(?<value>[A-Za-z0-9+/_=.~-]{20,2000})/gi;

/** `BILLING_API_KEY=…` or `"client_secret": "…"`, anywhere in a text, with a value that nobody chose for being readable. */
export function hasAssignment(text: string): boolean {
  if (!SECRET_NAMED.test(text)) return false;
  return [...text.matchAll(ASSIGNED)].some(
    ({ groups }) => SECRET_NAMED.test(groups!["name"]!) && isRandom(groups!["value"]!),
  );
}

/** What a request says of itself: `Authorization: Bearer …`. */
export const hasBearer = (text: string): boolean =>
  [...text.matchAll(BEARER)].some(({ groups }) => isRandom(groups!["value"]!));

/** Sixteen letters and digits, of both, without a break between words. */
const isRandom = (value: string): boolean =>
  value.split(/[^A-Za-z0-9+/]/).some((run) => run.length >= 16 && /[0-9]/.test(run) && /[A-Za-z]/.test(run));
