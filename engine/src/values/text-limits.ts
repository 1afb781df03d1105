/** So many fields an object may have; arrays may be longer. */
const MAX_FIELDS = 1024;
const DEEPEST = 64;
/** The shortest text that can be nested too deeply: brackets alone. */
const SHORTEST_SUSPECT = 2 * DEEPEST;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;

/** The position of the quote that ends the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = start;
  for (;;) {
    end = json.indexOf('"', end + 1);
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/**
 * Whether the value of this JSON text may be nested more deeply, or longer, than a Convex value may be. It looks at
 * the text only once, and makes nothing of it: results are checked on every call, and hardly any is suspect.
 */
export function mayExceedLimits(json: string): boolean {
  if (json.length < SHORTEST_SUSPECT) return false;
  const commas: number[] = [0];
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
        commas[depth] = (commas[depth] as number) + 1;
        if (commas[depth] === MAX_FIELDS) return true;
        break;
      case OPENING_BRACKET:
      case OPENING_BRACE:
        if (++depth > DEEPEST) return true;
        commas[depth] = 0;
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth--;
        break;
    }
  }
  return false;
}
