/** Puts a member into a JSON object's text, or takes one out, and touches nothing else: not even the layout beside it. */
import { applyEdits, createScanner, type Edit, type Node } from "jsonc-parser";

export function insertMember(text: string, object: Node, key: string, value: unknown): string {
  const layout = layoutOf(text);
  const close = object.offset + object.length - 1;
  const last = object.children?.at(-1);
  const inner = text.slice(object.offset + 1, close);
  // What was written on one line, and has something on it, stays on one line.
  const oneLine = last !== undefined && !inner.includes("\n");
  const own = indentAt(text, object.offset);
  const indent = (last === undefined ? undefined : ownLineIndent(text, last.offset)) ?? own + layout.unit;
  const start = oneLine ? " " : layout.eol + indent;
  const json = oneLine ? JSON.stringify(value) : JSON.stringify(value, null, layout.unit);
  const member = `${start}${JSON.stringify(key)}: ${json.replaceAll("\n", layout.eol + indent)}`;
  if (last === undefined) {
    const filled = `${inner.trimEnd()}${member}${layout.eol}${own}`;
    return applyEdits(text, [{ offset: object.offset + 1, length: inner.length, content: filled }]);
  }
  const trailing = commaAfter(text, end(last)) !== undefined;
  return applyEdits(text, [
    ...(trailing ? [] : [{ offset: end(last), length: 0, content: "," }]),
    { offset: object.offset + 1 + inner.trimEnd().length, length: 0, content: trailing ? `${member},` : member },
  ]);
}

/** Puts another value in a member's place; its key, and what stands around it, stay. */
export function replaceValue(text: string, value: Node, now: unknown): string {
  const { unit, eol } = layoutOf(text);
  const isOneLine = !text.slice(value.offset, end(value)).includes("\n");
  const json = isOneLine
    ? spaced(now)
    : JSON.stringify(now, null, unit).replaceAll("\n", eol + indentAt(text, value.offset));
  return applyEdits(text, [{ offset: value.offset, length: value.length, content: json }]);
}

/** JSON on one line, as people write it: `{ "a": ["b", "c"] }`. */
const spaced = (value: unknown) =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\[\n\s*|\n\s*(?=\])/g, (found) => found.trimEnd())
    .replaceAll(/\n\s*/g, " ");

export function removeMember(text: string, property: Node): string {
  const siblings = property.parent?.children ?? [];
  const at = siblings.indexOf(property);
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  const start = text.slice(0, property.offset).trimEnd().length;
  const comma = commaAfter(text, end(property));
  const stop = comma === undefined ? end(property) : comma + 1;
  const edits: Edit[] = [{ offset: start, length: stop - start, content: "" }];
  if (before !== undefined && after === undefined && comma === undefined) {
    edits.unshift({ offset: commaAfter(text, end(before))!, length: 1, content: "" });
  }
  if (siblings.length > 1 || property.parent === undefined) return applyEdits(text, edits);
  const close = end(property.parent) - 1;
  const rest = text.slice(stop, close);
  return applyEdits(text, rest.trim() === "" ? [{ offset: start, length: close - start, content: "" }] : edits);
}

const end = ({ offset, length }: Node) => offset + length;

function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at : undefined;
}

const lineStart = (text: string, offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
const indentAt = (text: string, offset: number) => /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";

/** The indent of what stands first on its line. */
function ownLineIndent(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return before.trim() === "" ? before : undefined;
}

const layoutOf = (text: string) => ({
  unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ",
  eol: text.includes("\r\n") ? "\r\n" : "\n",
});
