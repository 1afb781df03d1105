/** The rules for names and other single lines, apart from zod: a start-up that must be quick checks its flags by them. */

/** An agent's name. */
export const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const AGENT_NAME_RULE =
  "must be 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit";
export const PROJECT_CHARS = 128;

// Tab, line feed and carriage return are text; every other C0 or C1 control character is a terminal's or an attacker's.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
export const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const BREAK = /[\t\n\r\u2028\u2029]/;
/** Turn the direction of what is shown, or hide text in it: nothing that a name needs. */
const DECEIVING = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
/** Spaces, and characters that nobody sees: zero-width ones, marks of direction, variation selectors. */
const INVISIBLE = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Whether nothing in it can be seen. */
export const isBlank = (text: string): boolean => text.replace(INVISIBLE, "") === "";

/** What is wrong with one line of text, or undefined. */
export function lineProblem(value: string, maxChars: number): string | undefined {
  if (value.length > maxChars) return `must be at most ${maxChars} characters`;
  if (isBlank(value)) return "must not be empty";
  if (BREAK.test(value)) return "must be one line, without tabs";
  if (!value.isWellFormed()) return "must be well-formed Unicode (it holds half of a surrogate pair)";
  if (CONTROL.test(value)) return "must not hold control characters";
  if (DECEIVING.test(value)) return "must not hold characters that hide text or turn its direction";
  return undefined;
}
