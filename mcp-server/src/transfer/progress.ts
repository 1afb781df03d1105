/** How far a long command is, on standard error: one line that is written over, or nothing where nobody looks. */
import type { Output } from "../verb.ts";

export interface Progress {
  at(text: string): void;
  end(): void;
}

export function progressOn(output: Output): Progress {
  if (output.isTTY !== true) return { at: () => {}, end: () => {} };
  let longest = 0;
  const show = (text: string) => output.write(`\r${text.padEnd(longest)}`);
  return {
    at: (text) => {
      show(text);
      longest = Math.max(longest, text.length);
    },
    end: () => {
      show("");
      output.write("\r");
    },
  };
}
