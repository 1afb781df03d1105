/** `crypto` as functions see it: what Convex's runtime lacks is refused, and in transactions what is not repeatable. */
import { currentExecution } from "./execution.ts";

const NEEDS_RANDOMNESS = new Set(["ECDSA", "RSA-PSS", "RSA-OAEP"]);

const nameOf = (algorithm: unknown): string => {
  const name = typeof algorithm === "string" ? algorithm : (algorithm as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name.toUpperCase() : "";
};

function inTransaction(): boolean {
  return currentExecution()?.tx !== undefined;
}

function unimplemented(what: string): never {
  throw new Error(`Not implemented: ${what} is not supported by the Convex runtime`);
}

function needsAction(what: string): never {
  throw new Error(
    `Convex runtime does not support ${what} in queries and mutations, because it needs cryptographic randomness. Please consider using an action.`,
  );
}

function checkSubtle(method: string, args: unknown[]): void {
  if (method === "wrapKey" || method === "unwrapKey") unimplemented(`crypto.subtle.${method}`);
  const algorithm = nameOf(args[0]);
  // What the key is for: importKey(format, data, algorithm), deriveKey(algorithm, base, derivedAlgorithm).
  const keyAlgorithm = method === "importKey" || method === "deriveKey" ? nameOf(args[2]) : algorithm;
  if (keyAlgorithm === "AES-KW") unimplemented("AES-KW");
  if (algorithm === "X25519" && (method === "deriveBits" || method === "deriveKey")) unimplemented(`X25519 ${method}`);
  if (!inTransaction()) return;
  if (method === "generateKey") needsAction("crypto.subtle.generateKey");
  if ((method === "sign" || method === "encrypt") && NEEDS_RANDOMNESS.has(algorithm)) {
    needsAction(`crypto.subtle.${method} with ${algorithm}`);
  }
}

function methodsOf(object: object): string[] {
  const names: string[] = [];
  for (let each = object; each !== Object.prototype && each !== null; each = Object.getPrototypeOf(each)) {
    names.push(...Object.getOwnPropertyNames(each).filter((name) => name !== "constructor"));
  }
  return names;
}

function wrapSubtle(real: SubtleCrypto): SubtleCrypto {
  const subtle = Object.create(Object.getPrototypeOf(real)) as Record<string, unknown>;
  for (const name of methodsOf(real)) {
    const method: unknown = Reflect.get(real, name);
    if (typeof method !== "function") continue;
    subtle[name] = (...args: unknown[]) => {
      checkSubtle(name, args);
      return Reflect.apply(method, real, args);
    };
  }
  return subtle as unknown as SubtleCrypto;
}

/** The generator of a transaction, unless a test has replaced the method that asks: those of `crypto` are inherited. */
function seeded(real: Crypto, method: "getRandomValues" | "randomUUID") {
  return inTransaction() && !Object.hasOwn(real, method) ? currentExecution()?.random : undefined;
}

function getRandomValues(real: Crypto, view: ArrayBufferView): ArrayBufferView {
  // Refuses what it does not fill: more than 65,536 bytes, and anything but integers.
  real.getRandomValues(view as Uint8Array<ArrayBuffer>);
  seeded(real, "getRandomValues")?.fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return view;
}

interface Wrapped {
  readonly crypto: Crypto;
  readonly subtle: SubtleCrypto;
}

function wrap(real: Crypto): Wrapped {
  const own = {
    // A property of its own, because the one it inherits cannot be assigned.
    subtle: undefined,
    getRandomValues: (view: ArrayBufferView) => getRandomValues(real, view),
    randomUUID: () => seeded(real, "randomUUID")?.uuid() ?? real.randomUUID(),
  };
  const crypto = Object.create(Object.getPrototypeOf(real), Object.getOwnPropertyDescriptors(own)) as Crypto;
  return { crypto, subtle: wrapSubtle(real.subtle) };
}

const wrapped = new WeakMap<Crypto, Wrapped>();

/** For one call, which may assign what it finds there; what they share is made for each `crypto` a test may set. */
export function callCrypto(real: Crypto): Crypto {
  let shared = wrapped.get(real);
  if (shared === undefined) {
    shared = wrap(real);
    wrapped.set(real, shared);
  }
  const crypto = Object.create(shared.crypto) as { subtle: SubtleCrypto };
  crypto.subtle = Object.create(shared.subtle) as SubtleCrypto;
  return crypto as Crypto;
}
