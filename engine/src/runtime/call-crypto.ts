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
  const algorithm = nameOf(args[0]);
  if (method === "wrapKey" || method === "unwrapKey") unimplemented(`crypto.subtle.${method}`);
  if (algorithm === "AES-KW") unimplemented("AES-KW");
  if (algorithm === "X25519" && (method === "deriveBits" || method === "deriveKey")) unimplemented(`X25519 ${method}`);
  if (!inTransaction()) return;
  if (method === "generateKey") needsAction("crypto.subtle.generateKey");
  if ((method === "sign" || method === "encrypt") && NEEDS_RANDOMNESS.has(algorithm)) {
    needsAction(`crypto.subtle.${method} with ${algorithm}`);
  }
}

function wrapSubtle(subtle: SubtleCrypto): SubtleCrypto {
  return new Proxy(subtle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        checkSubtle(String(name), args);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

function getRandomValues(real: Crypto, view: ArrayBufferView): ArrayBufferView {
  const random = inTransaction() ? currentExecution()?.random : undefined;
  if (random === undefined) return real.getRandomValues(view as Uint8Array<ArrayBuffer>);
  random.fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return view;
}

const wrapped = new WeakMap<Crypto, Crypto>();

/** One wrapper for each `crypto` there is: a test may replace the global one. */
export function callCrypto(real: Crypto): Crypto {
  const known = wrapped.get(real);
  if (known !== undefined) return known;
  const subtle = wrapSubtle(real.subtle);
  const own: Record<PropertyKey, unknown> = {
    subtle,
    getRandomValues: (view: ArrayBufferView) => getRandomValues(real, view),
    randomUUID: () => (inTransaction() ? currentExecution()?.random.uuid() : real.randomUUID()),
  };
  const proxy = new Proxy(real, {
    get: (target, name) => (Object.hasOwn(own, name) ? own[name] : Reflect.get(target, name, target)),
  });
  wrapped.set(real, proxy);
  return proxy;
}
