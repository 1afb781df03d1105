import { createHmac, timingSafeEqual } from "node:crypto";
import type { FunctionPath } from "../runtime/address.ts";

const SCHEME = "function://";
const MAC_LENGTH = 32;

/**
 * Function handles: strings that stand for a function of any component, good for as long as the file. They carry
 * the function's name under a seal, because whoever holds one may call an internal function.
 */
export class FunctionHandles {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  #seal(content: string): string {
    return createHmac("sha256", this.#secret).update(`handle:${content}`).digest("hex").slice(0, MAC_LENGTH);
  }

  create({ component, path }: FunctionPath): string {
    const content = `${component};${path}`;
    return `${SCHEME}${this.#seal(content)}#${content}`;
  }

  resolve(handle: string): FunctionPath {
    const hash = handle.indexOf("#");
    const content = handle.slice(hash + 1);
    const seal = Buffer.from(handle.slice(SCHEME.length, Math.max(hash, SCHEME.length)));
    const expected = Buffer.from(this.#seal(content));
    if (!handle.startsWith(SCHEME) || seal.length !== expected.length || !timingSafeEqual(seal, expected)) {
      throw new Error(`Invalid function handle: ${handle}`);
    }
    const semicolon = content.indexOf(";");
    return { component: content.slice(0, semicolon), path: content.slice(semicolon + 1) };
  }
}
