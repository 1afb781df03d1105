/** How a value may stand in what a program prints: as it is, line by line, and in the encodings that programs use. */

export interface Form {
  readonly bytes: Buffer;
  /** Too short to be told from other text: it counts only where no letter or digit stands beside it. */
  readonly isWord: boolean;
}

/** From here on, that a text holds a value by chance is not to be expected. */
const SURE_BYTES = 8;
/** A line of a value that is shorter, `}` or `on`, is in everything that programs print. */
const LINE_BYTES = 4;
/** Lines of `base64` on its own, and of PEM files. */
const WRAPS = [76, 64];

export function formsOf(value: string): Form[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  const whole = [
    value,
    bytes.toString("base64"),
    bytes.toString("base64url"),
    hex,
    hex.toUpperCase(),
    JSON.stringify(value).slice(1, -1),
    ...urlForms(value),
  ];
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = [
    ...lines.filter((line) => line.length >= LINE_BYTES && /\w/.test(line)),
    ...base64Parts(bytes).filter((part) => part.length >= SURE_BYTES),
  ];
  return [...new Set([...whole, ...parts])].map((text) => {
    const form = Buffer.from(text);
    return { bytes: form, isWord: form.length < SURE_BYTES };
  });
}

/** Percent signs with either case of digits, and the form in which a space is a plus. */
function urlForms(value: string): string[] {
  const component = encodeURIComponent(value);
  const strict = component.replaceAll(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [component, strict, component.replaceAll("%20", "+"), strict.replaceAll("%20", "+"), encodeURI(value)];
  return upper.flatMap((text) => [text, text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** The characters that are the same whatever text stands before and after the value when all of it is encoded. */
function base64Parts(bytes: Buffer): string[] {
  const cores = [0, 1, 2].map((shift) => {
    const digits = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const isLastShared = (shift + bytes.length) % 3 !== 0;
    return digits.slice([0, 2, 3][shift], isLastShared ? -1 : undefined);
  });
  const wrapped = WRAPS.flatMap((width) => cores[0]!.match(new RegExp(`.{1,${width}}`, "g")) ?? []);
  return [...cores, ...cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_")), ...wrapped];
}
