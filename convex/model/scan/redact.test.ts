import { describe, expect, it } from "vitest";
import { redact, redactValues } from "./redact.ts";

// Built here, so that no file holds one whole.
const GITHUB = `ghp_${"a1B2".repeat(9)}`;
const BODY = Array.from({ length: 6 }, (_, line) => `${line}${"qA9/".repeat(15)}`).join("\n");
const PEM = `-----BEGIN EC PRIVATE KEY-----\n${BODY}\n-----END EC PRIVATE KEY-----`;

describe("what a server tells", () => {
  it.each([
    ["a token", `push with ${GITHUB} failed`, "push with ••• failed"],
    ["a private key to its end", `before\n${PEM}\nafter`, "before\n•••\nafter"],
    ["a private key that was cut", `before\n${PEM.slice(0, 150)}`, "before\n•••"],
    [
      "a password in an address, and nothing else of it",
      "postgres://abcd1:abcd@db.example.com/x",
      "postgres://abcd1:•••@db.example.com/x",
    ],
    ["a variable's value", "BILLING_API_KEY=a1b2c3d4e5f6a7b8c9 set", "BILLING_API_KEY=••• set"],
    ["a password that somebody chose", "DB_PASS=k3jh4k5jh6 set", "DB_PASS=••• set"],
    ["a card's number", `card ${"4539 5787"} 6362 1486 declined`, "card ••• declined"],
    ["a bearer's token", "authorization: Bearer a1b2c3d4e5f6a7b8c9d0", "authorization: Bearer •••"],
  ])("is kept without %s", (_what, text, kept) => {
    expect(redact(text)).toBe(kept);
  });

  it("is kept as it is where it holds none", () => {
    const log = "listening on http://127.0.0.1:18789\nmodel openai/gpt-5, 12 tokens, key id k-1";
    expect(redact(log)).toBe(log);
  });

  it("is kept without what is no text", () => {
    expect(redact("a\0b \ud83d c")).toBe("a\ufffdb \ufffd c");
  });

  it("is kept without values that are known, in the forms that programs give them", () => {
    const value = 'plain "words"\nsecond line';
    const forms = ["second line", btoa(value), JSON.stringify(value), encodeURIComponent(value)];
    expect(redactValues(`${value} | ${forms.join(" | ")}`, [value])).toBe('••• | ••• | ••• | "•••" | •••');
    expect(redactValues("a cat sat", ["cat"])).toBe("a cat sat");
  });
});
