/**
 * The operating system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. Its
 * library is native, so it is not part of the package: whoever wants it installs `@napi-rs/keyring` beside moorage.
 */
import { AppError } from "@moorage/shared/errors";

export interface Keychain {
  read(account: string): Promise<string | undefined>;
  /** Resolves when the keychain has given the same text back. */
  write(account: string, text: string): Promise<void>;
  remove(account: string): Promise<void>;
}

const SERVICE = "moorage";
/** A keychain that is open answers at once. One that asks to be unlocked is not waited for: there is the file. */
const PROMPTLY_MS = 3_000;
/** As long as a person may take to unlock it, where what is in it is nowhere else. */
const UNLOCKING_MS = 20_000;
/** The kernel's own keyring, to which the library falls back, forgets everything when the machine restarts. */
const LASTING = { linux: { store: "secret-service" } } as const;

/** The keychain, if there is one that answers. */
export async function openKeychain(patienceMs = PROMPTLY_MS): Promise<Keychain | undefined> {
  try {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    const patiently = <T>(work: Promise<T>) => within(patienceMs, work);
    const entry = (account: string) => new AsyncEntry(SERVICE, account, LASTING);
    const keychain: Keychain = {
      read: async (account) => (await patiently(entry(account).getPassword())) ?? undefined,
      write: async (account, text) => {
        await patiently(entry(account).setPassword(text));
        if ((await keychain.read(account)) !== text) throw new Error("the keychain gave back something else");
      },
      remove: async (account) => void (await patiently(entry(account).deletePassword())),
    };
    await keychain.read("probe");
    return keychain;
  } catch {
    return undefined;
  }
}

/** What may be in the keychain and nowhere else. */
export async function findInKeychain(account: string): Promise<string | undefined> {
  const keychain = await openKeychain(UNLOCKING_MS);
  return keychain?.read(account).catch(() => undefined);
}

/** What was put into the keychain; it is nowhere else, so that it does not answer is the caller's to hear. */
export async function readFromKeychain(account: string, what: string): Promise<string> {
  const keychain = await openKeychain(UNLOCKING_MS);
  const text = await keychain?.read(account).catch(() => undefined);
  if (text !== undefined) return text;
  const why = keychain === undefined ? "which does not answer" : "which does not have it any more";
  throw new AppError("setup", `${what} is in the operating system's keychain, ${why}.`, {
    hint: "Unlock the keychain, work in the desktop session it belongs to, and have @napi-rs/keyring installed beside moorage.",
  });
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the keychain did not answer")), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
