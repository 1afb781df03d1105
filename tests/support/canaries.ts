/** Values that must not turn up anywhere, looked for in every form in which they could have got there. */

/** A text as it is and as base64 (at each offset), base64url, hex, in a URL and in JSON. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    bytes.toString("base64").slice(0, -2),
    Buffer.from(`x${value}`).toString("base64").slice(2, -2),
    Buffer.from(`xx${value}`).toString("base64").slice(4, -2),
    bytes.toString("base64url").slice(0, -2),
    bytes.toString("hex"),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
}

/** Those of the canaries' forms that are in the text, in any case of letters. */
export function canariesIn(text: string, ...canaries: string[]): string[] {
  const lower = text.toLowerCase();
  return canaries.flatMap(formsOf).filter((form) => lower.includes(form.toLowerCase()));
}
