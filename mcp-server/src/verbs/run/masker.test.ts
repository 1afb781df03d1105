import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Masker } from "./masker.ts";

/** What is left of chunks that a program writes. */
async function masked(values: string[], ...chunks: (string | Buffer)[]): Promise<string> {
  const stream = new Masker(values).stream();
  const result = text(stream);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return result;
}

const VALUE = "correct-horse+battery/staple é";
const bytes = Buffer.from(VALUE);

describe("a value", () => {
  it.each([
    ["as it is", VALUE],
    ["in base64", bytes.toString("base64")],
    ["in base64url", bytes.toString("base64url")],
    ["in hexadecimal digits", bytes.toString("hex")],
    ["in capital hexadecimal digits", bytes.toString("hex").toUpperCase()],
    ["in a URL", encodeURIComponent(VALUE)],
    [
      "in a URL with small digits",
      encodeURIComponent(VALUE).replaceAll("%C3%A9", "%c3%a9").replaceAll("%2B", "%2b").replaceAll("%2F", "%2f"),
    ],
    ["in a form", new URLSearchParams({ q: VALUE }).toString().slice(2)],
  ])("%s is replaced", async (_, form) => {
    expect(await masked([VALUE], `key=${form};\n`)).toBe("key=***;\n");
  });

  it.each([0, 1, 2, 3])("in base64 of a longer text, %i bytes in, is replaced", async (shift) => {
    const encoded = Buffer.from(`${"u".repeat(shift)}${VALUE}:and more`).toString("base64");
    const left = await masked([VALUE], encoded);
    expect(left).toContain("***");
    // No more than the letters that it shares with its neighbours.
    expect(left.replace("***", "").length).toBeLessThan(encoded.length - Math.floor((bytes.length * 8) / 6) + 3);
  });

  it("is replaced wherever the chunks are cut", async () => {
    const line = `a ${VALUE} b ${bytes.toString("base64")} c`;
    for (let cut = 0; cut <= Buffer.byteLength(line); cut++) {
      const whole = Buffer.from(line);
      expect(await masked([VALUE], whole.subarray(0, cut), whole.subarray(cut))).toBe("a *** b *** c");
    }
    expect(await masked([VALUE], ...[...Buffer.from(line)].map((byte) => Buffer.of(byte)))).toBe("a *** b *** c");
  });

  it("of several lines is replaced line by line, in quotes of JSON, and in wrapped base64", async () => {
    const pem = `-----BEGIN KEY-----\n${"A1b2".repeat(16)}\n${"C3d4".repeat(10)}\n-----END KEY-----\n`;
    expect(await masked([pem], `x ${"C3d4".repeat(10)} y`)).toBe("x *** y");
    expect(await masked(["ada\nhunter2\non\n{\n"], "hunter2, on { hunter22")).toBe("***, on { hunter22");
    expect(await masked([pem], JSON.stringify({ pem }))).toBe('{"pem":"***"}');
    const wrapped = Buffer.from(pem)
      .toString("base64")
      .match(/.{1,76}/g)!
      .join("\n");
    expect((await masked([pem], `${wrapped}\n`)).replaceAll("***", "").replaceAll("\n", "").length).toBeLessThan(8);
  });
});

describe("values that overlap", () => {
  it("leave nothing of either", async () => {
    expect(await masked(["abcdefgh1234", "1234ijklmnop"], "<abcdefgh1234ijklmnop>")).toBe("<***>");
    expect(await masked(["abcdefgh", "abcdefgh-longer"], "<abcdefgh-longer> <abcdefgh>")).toBe("<***> <***>");
    expect(await masked(["abcdefgh", "abcdefgh-longer"], "<abcdefgh-lo", "st>")).toBe("<***-lost>");
  });
});

describe("a short value", () => {
  it("is replaced where it stands alone, and not inside of words", async () => {
    expect(await masked(["1234"], "PIN=1234, 12345, x1234, (1234)")).toBe("PIN=***, 12345, x1234, (***)");
    expect(await masked(["7"], "SEVEN=7\n77 7a", " 7")).toBe("SEVEN=***\n77 7a ***");
  });

  it("is replaced at the very end, too", async () => {
    expect(await masked(["1234"], "PIN=12", "34")).toBe("PIN=***");
  });
});

it("everything else passes byte by byte, and at once", async () => {
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256));
  const stream = new Masker([VALUE]).stream();
  stream.write(noise);
  expect(stream.read()).toEqual(noise);
});

it("a thousand values of which none occurs keep nothing back", async () => {
  const values = Array.from({ length: 1000 }, (_, at) => `value-number-${at}-of-many`);
  expect(await masked(values, "plain text\n".repeat(1000))).toBe("plain text\n".repeat(1000));
});
