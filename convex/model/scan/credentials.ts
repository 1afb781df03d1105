/** Secrets that have no form of their own, told by what stands beside them: a login in an address, a line of a `.env` file. */

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
  /^[ \t]{0,8}(?:export[ \t]{1,4})?[A-Z][A-Z0-9_]{0,60}=["']?(?<value>[A-Za-z0-9+/_=.~-]{16,512})["']?[ \t\r]{0,8}(?:#.{0,200})?$/gm;
const SECRET_NAMED = /SECRET|TOKEN|PASSW|PASSPHRASE|(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|AUTH|MASTER)_?KEY/;

/** A line such as `BILLING_API_KEY=…`, with a value that nobody chose for being readable. */
export function hasAssignment(text: string): boolean {
  if (!SECRET_NAMED.test(text)) return false;
  return [...text.matchAll(ASSIGNED)].some(({ 0: line, groups }) => {
    const [name] = line.split("=", 1) as [string];
    // Sixteen letters and digits without a break between words.
    const runs = groups!["value"]!.split(/[^A-Za-z0-9+/]/).filter((run) => run.length >= 16);
    return SECRET_NAMED.test(name) && runs.some((run) => /[0-9]/.test(run) && /[A-Za-z]/.test(run));
  });
}
