import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeId, encodeId } from "./id.ts";

const tableNumber = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 0xffffffff }));
const internalId = fc.uint8Array({ minLength: 16, maxLength: 16 });
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

describe("document ids", () => {
  it("are the ids Convex would make", () => {
    const bytes = new Uint8Array(16);
    bytes[0] = 251;
    for (let i = 1; i < 16; i++) bytes[i] = ((bytes[i - 1] as number) * 251) & 0xff;
    expect(encodeId(1017, bytes)).toBe("z43zp6c3e75gkmz1kfwj6mbbx5sw281h");
  });

  it("give back their table number and bytes", async () => {
    await fc.assert(
      fc.property(tableNumber, internalId, (number, bytes) => {
        const id = encodeId(number, bytes);
        expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{31,37}$/);
        expect(decodeId(id)).toEqual({ tableNumber: number, internalId: Buffer.from(bytes) });
      }),
    );
  });

  it("are refused after any change of one character", async () => {
    await fc.assert(
      fc.property(tableNumber, internalId, fc.nat(), fc.constantFrom(...ALPHABET), (number, bytes, at, char) => {
        const id = encodeId(number, bytes);
        const position = at % id.length;
        fc.pre(id[position] !== char);
        expect(decodeId(id.slice(0, position) + char + id.slice(position + 1))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused when shortened, extended or in capitals", () => {
    const id = encodeId(10_001, new Uint8Array(16).fill(200));
    expect(decodeId(id)).not.toBeNull();
    for (const text of ["", id.slice(1), id.slice(0, -1), `${id}0`, id.toUpperCase(), "x".repeat(32)])
      expect(decodeId(text)).toBeNull();
  });
});
