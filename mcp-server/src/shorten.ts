/** Cuts the long texts of a result, for an answer that fits in no other way. */
import type { Form, Result } from "./tool.ts";

export interface Shortened {
  result: Result;
  /** The paths at which something was cut. */
  fields: string[];
}

/** `result` with no text from outside longer than `maxBytes` as JSON; those that are cut end in "…". */
export function shortenTexts({ untrusted }: Pick<Form, "untrusted">, result: Result, maxBytes: number): Shortened {
  const fields: string[] = [];
  let shortened: unknown = result;
  for (const path of untrusted) {
    let isCut = false;
    shortened = mapTexts(shortened, path.split("."), (text) => {
      if (jsonBytes(text) <= maxBytes) return text;
      isCut = true;
      return cut(text, maxBytes);
    });
    if (isCut) fields.push(path);
  }
  return { result: shortened as Result, fields };
}

function mapTexts(value: unknown, path: readonly string[], change: (text: string) => string): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, path, change));
  if (step === undefined) return typeof value === "string" ? change(value) : value;
  const key = step.replace(/\[\]$/, "");
  const child = (value as Result | null | undefined)?.[key];
  return child === undefined ? value : { ...(value as Result), [key]: mapTexts(child, rest, change) };
}

function cut(text: string, maxBytes: number): string {
  const room = maxBytes - jsonBytes("…") + jsonBytes("");
  let length = 0;
  for (let high = text.length; length < high; ) {
    const middle = Math.ceil((length + high) / 2);
    if (jsonBytes(text.slice(0, middle)) <= room) length = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…`;
}

const jsonBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));
