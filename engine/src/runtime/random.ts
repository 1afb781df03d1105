import { randomFillSync } from "node:crypto";

/** A generator that is seeded once per call: what a query draws does not depend on anything else that runs. */
export class SeededRandom {
  readonly #state = new Uint32Array(4);

  constructor() {
    randomFillSync(this.#state);
  }

  /** 32 random bits (sfc32). */
  #next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const sum = (a + b + d) | 0;
    this.#state[3] = d + 1;
    this.#state[0] = b ^ (b >>> 9);
    this.#state[1] = c + (c << 3);
    this.#state[2] = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 up to 1, with the 53 bits of a number. */
  number(): number {
    return ((this.#next() >>> 5) * 0x400_0000 + (this.#next() >>> 6)) / 0x20_0000_0000_0000;
  }

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#next() & 0xff;
  }

  uuid(): string {
    const bytes = Buffer.alloc(16);
    this.fill(bytes);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
}
