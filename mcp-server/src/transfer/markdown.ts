/** Markdown as a list of the things it says: one for each item of a list, one for each paragraph. */
import { nameOf } from "./clean.ts";
import { MOST_ENTRIES } from "./found.ts";

export interface Block {
  /** The headings above it, outermost first. */
  headings: string[];
  text: string;
  line: number;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+/;
/** Without its mark; the box of a task stays, which says whether it is done. */
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s+(?=\S)/;
const RULE = /^ {0,3}(?:[-*_] {0,3}){3,60}$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** What is being read. */
interface Open {
  lines: string[];
  line: number;
  /** Of an item: what stands deeper belongs to it, nested items as well, behind a blank line, too. */
  indent?: number | undefined;
  gap?: boolean;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

/** One pass over the lines, whatever they hold; `firstLine` is where the text stands in its file. */
export function blocksOf(text: string, firstLine = 1): Block[] {
  const blocks: Block[] = [];
  const headings: string[] = [];
  let open: Open | undefined;
  let fence: string | undefined;

  const close = () => {
    if (open?.lines.some((line) => line.trim() !== ""))
      blocks.push({ headings: headings.filter(Boolean), text: open.lines.join("\n").trim(), line: open.line });
    open = undefined;
  };
  const begin = (line: string, at: number, indent?: number) => {
    close();
    open = { lines: [line], line: at, indent };
  };
  const isBelow = (line: string) => open?.indent !== undefined && indentOf(line) > open.indent + 1;
  const goOn = (line: string, at: number) => {
    if (open === undefined) begin(line, at);
    else open.lines.push(line);
  };

  for (const [index, line] of withoutComments(text).split("\n").entries()) {
    if (blocks.length > MOST_ENTRIES) return blocks;
    const at = firstLine + index;
    if (fence !== undefined) {
      goOn(line, at);
      if (line.trim().startsWith(fence) && line.trim().replaceAll(fence[0]!, "") === "") fence = undefined;
      continue;
    }
    if (line.trim() === "") {
      // An item may go on behind it.
      if (open?.indent === undefined) close();
      else open.gap = true;
      continue;
    }
    if (open?.gap === true) {
      open.gap = false;
      if (isBelow(line)) open.lines.push("");
      else close();
    }
    const heading = HEADING.exec(line);
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      fence = mark;
      goOn(line, at);
    } else if (heading !== null) {
      close();
      const level = heading[1]!.length;
      headings.length = Math.min(headings.length, level - 1);
      while (headings.length < level - 1) headings.push("");
      headings.push(nameOf(line.slice(heading[0].length)).trim().replace(/\s#+$/, ""));
    } else if (ITEM.test(line) && !isBelow(line)) begin(line.replace(ITEM, ""), at, indentOf(line));
    else if (!RULE.test(line)) goOn(line, at);
  }
  close();
  return blocks;
}

/** Comments are notes to whoever edits the file; their lines stay, so that places stay right. */
function withoutComments(text: string): string {
  let kept = "";
  let from = 0;
  for (let start = text.indexOf("<!--"); start !== -1; start = text.indexOf("<!--", from)) {
    const end = text.indexOf("-->", start + 4);
    if (end === -1) break;
    kept += text.slice(from, start) + text.slice(start, end).replaceAll(/[^\n]/g, "");
    from = end + 3;
  }
  return kept + text.slice(from);
}
