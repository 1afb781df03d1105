import { describe, expect, it } from "vitest";
import { createApiKey, formatApiKey, parseApiKey, proofHashOf, proofOf } from "./api-key.ts";

describe("an API key", () => {
  it("is read back as it was made", () => {
    const { text, ...key } = createApiKey();
    expect(text).toMatch(/^moor_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/);
    expect(parseApiKey(text)).toEqual(key);
    expect(formatApiKey(key)).toBe(text);
  });

  it("is new every time", () => {
    const keys = new Set(Array.from({ length: 200 }, () => createApiKey().secret));
    expect(keys.size).toBe(200);
  });

  it("is refused when any one character is wrong", () => {
    const { text } = createApiKey();
    for (let i = 0; i < text.length; i++) {
      const wrong = text.slice(0, i) + (text[i] === "x" ? "y" : "x") + text.slice(i + 1);
      expect.soft(parseApiKey(wrong), `character ${i}`).toBeUndefined();
    }
  });

  it.each([
    ["cut short", (text: string) => text.slice(0, -1)],
    ["longer", (text: string) => `${text}0`],
    ["in quotes", (text: string) => `"${text}"`],
    ["with a line break", (text: string) => `${text}\n`],
    ["of another prefix", (text: string) => text.replace("moor", "more")],
    [
      "with two neighbours swapped",
      (text: string) => text.replace(/(\d)([A-Z])/, "$2$1").replace(/([a-z])([A-Z])/, "$2$1"),
    ],
  ])("is refused %s", (_how, change) => {
    // A key whose characters allow every change above.
    const text = formatApiKey({ keyId: "0aB1cD2eF3gH4iJ5", secret: "kL6mN7oP8qR9sT0uV1wX2yZ3aB4cD5eF6gH7iJ8kL9m" });
    expect(parseApiKey(text)).toBeDefined();
    expect(parseApiKey(change(text))).toBeUndefined();
  });
});

describe("its proof", () => {
  // HMAC-SHA256 and SHA-256 as `openssl dgst` computes them.
  const secret = "kL6mN7oP8qR9sT0uV1wX2yZ3aB4cD5eF6gH7iJ8kL9m";

  it("is HMAC-SHA256 of the version under the secret, and its hash SHA-256", async () => {
    expect(await proofOf(secret)).toBe("bHJlyWvPkqMN3R9FWlOYPZUB8lokzAc0A35tjIeUNdU");
    expect(await proofHashOf(await proofOf(secret))).toBe(
      "ce5701d9b655830b6db986e3776dad0436a2ee53adf03f6d67367915258d3e95",
    );
  });
});
