import { describe, expect, it } from "vitest";
import { createLineReader } from "./lines.ts";

function read(chunks: (string | Buffer)[], maxChars?: number) {
  const heard: string[] = [];
  const reader = createLineReader(
    { line: (text) => heard.push(text), tooLong: () => heard.push("<too long>") },
    maxChars,
  );
  for (const chunk of chunks) reader.push(Buffer.from(chunk as string));
  reader.end();
  return heard;
}

describe("lines", () => {
  it("come one by one from one chunk, with either line ending", () => {
    expect(read(["a\nb\r\nc\n"])).toEqual(["a", "b", "c"]);
  });

  it("may span chunks that end inside a character", () => {
    const bytes = Buffer.from("grüße 🚢\n");
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(["grüße 🚢"]);
  });

  it("are heard without a final line feed", () => {
    expect(read(["a\nb"])).toEqual(["a", "b"]);
  });

  it("that are empty are skipped", () => {
    expect(read(["\n\r\n\na\n"])).toEqual(["a"]);
  });

  it("end at a line feed only", () => {
    expect(read(["a\u2028b\u2029c\rd\n"])).toEqual(["a\u2028b\u2029c\rd"]);
  });

  it("beyond the limit are dropped, and the next one is heard", () => {
    expect(read(["12345678", "9\n", "ok\n"], 8)).toEqual(["<too long>", "ok"]);
  });

  it("beyond the limit in many chunks are reported once", () => {
    expect(read(["12345", "67890", "12345", "67890\nok\n"], 8)).toEqual(["<too long>", "ok"]);
  });
});
