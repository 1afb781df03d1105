import { parseEnv } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDotEnv, withoutAssignments } from "./dotenv.ts";

const values = (text: string) =>
  Object.fromEntries(parseDotEnv(text).assignments.map(({ name, value, trouble }) => [name, trouble ?? value]));

describe("a .env file", () => {
  it.each([
    ["a bare value", "A=one two \n", { A: "one two" }],
    ["space round the sign", "  export A = one", { A: "one" }],
    ["quotes of three kinds", `A="x # y"\nB='\${z}'\nC=\`it's "so"\``, { A: "x # y", B: "\x24{z}", C: `it's "so"` }],
    ["several lines", 'KEY="-----BEGIN\nabc=\n-----END"\nB=1', { KEY: "-----BEGIN\nabc=\n-----END", B: "1" }],
    ["line breaks written out", 'A="one\\ntwo"', { A: "one\ntwo" }],
    ["a comment behind a value", "A=one # two\nB='x' # y", { A: "one", B: "x" }],
    ["carriage returns", 'A=one\r\nB="two\r\nthree"\r\n', { A: "one", B: "two\nthree" }],
    ["a byte order mark", "\ufeffA=one", { A: "one" }],
    ["nothing", "A=\nB=''\n", { A: "", B: "" }],
  ])("is read with %s", (_what, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each([
    ["a # within it", "A=one#two", /#/],
    ["a reference", 'A="https://\x24{HOST}/"', /refers/],
    ["a command", "A=$(pass show a)", /refers/],
    ["a backslash in double quotes", 'A="C:\\\\temp"', /backslashes/],
    ["no closing quote", 'A="one', /quotes/],
  ])("is told apart where programs read %s differently", (_what, text, trouble) => {
    expect(values(text)).toEqual({ A: expect.stringMatching(trouble) });
  });

  it("names the lines it cannot read, and goes on behind them", () => {
    const { assignments, unreadable } = parseDotEnv("# fine\n\nset -e\nA='x' y\nB=1\n");
    expect([unreadable, assignments.map(({ name, line }) => [name, line])]).toEqual([[3, 4], [["B", 5]]]);
  });

  it("keeps every byte but the statements that are taken out", () => {
    const text = '\ufeff# heading\r\n\r\nexport A=1 # why\r\nB="2\r\n3"\r\nC=4\r\n  # end';
    const { assignments } = parseDotEnv(text);
    expect(withoutAssignments(text, [])).toBe(text);
    expect(withoutAssignments(text, assignments.slice(0, 2))).toBe("\ufeff# heading\r\n\r\n# why\r\nC=4\r\n  # end");
  });

  it("is read as Node reads it, whatever the values, and loses nothing", async () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
    const line = fc.oneof(
      fc.tuple(name, fc.stringMatching(/^[\w./:@+-]{1,12}( [\w./:@+-]{1,6})?$/)).map(([a, b]) => `${a}=${b}`),
      fc.tuple(name, fc.stringMatching(/^[^"\\$\r`'][^"\\$\r`']{0,20}$/)).map(([a, b]) => `export ${a}="${b}" # c`),
      fc.tuple(name, fc.stringMatching(/^[^'\r]{1,20}$/)).map(([a, b]) => `${a} = '${b}'`),
      fc.stringMatching(/^#[^\n\r]{0,20}$/),
      fc.constant(""),
    );
    await fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = `${lines.join("\n")}\n`;
        const { assignments, unreadable } = parseDotEnv(text);
        expect(unreadable).toEqual([]);
        expect({ ...Object.fromEntries(assignments.map((one) => [one.name, one.value])) }).toEqual({
          ...parseEnv(text),
        });
        const gone = withoutAssignments(text, assignments);
        expect(parseDotEnv(gone).assignments).toEqual([]);
        const statements = assignments.map(({ start, end }) => text.slice(start, end)).join("");
        expect(gone.length).toBeGreaterThanOrEqual(text.length - statements.length);
      }),
    );
  });
});
