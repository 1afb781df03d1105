/** Bytes to lines. Not `readline`: it splits at other characters than a line feed and has no bound. */
import { StringDecoder } from "node:string_decoder";

/** As much as the SDK's own transport takes before it gives up. */
export const LINE_CHARS = 10 * 1024 * 1024;

export interface LineReader {
  push(chunk: Buffer): void;
  /** The last line may lack its line feed. */
  end(): void;
}

export function createLineReader(
  handlers: { line: (text: string) => void; tooLong: () => void },
  maxChars = LINE_CHARS,
): LineReader {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  // Set while the rest of an over-long line passes by, so that the line after it is heard again.
  let skipping = false;

  function complete(text: string) {
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (!skipping && line !== "") handlers.line(line);
    skipping = false;
  }

  function hold(text: string) {
    if (skipping) return;
    pending += text;
    if (pending.length <= maxChars) return;
    pending = "";
    skipping = true;
    handlers.tooLong();
  }

  return {
    push(chunk) {
      const text = decoder.write(chunk);
      let start = 0;
      for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
        hold(text.slice(start, end));
        const line = pending;
        pending = "";
        complete(line);
        start = end + 1;
      }
      hold(text.slice(start));
    },
    end() {
      complete(pending + decoder.end());
      pending = "";
    },
  };
}
