/** Environment variables kept in the file, each sealed for itself under a key that is not in it. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { EngineError } from "../errors.ts";
import type { Connection } from "./connection.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAX_VARIABLES = 1_000;
const MAX_VALUE_BYTES = 8_192;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;

export interface EnvChange {
  readonly name: string;
  /** Null removes it. */
  readonly value: string | null;
}

export function checkEnvKey(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new TypeError(`envKey must have ${KEY_BYTES} bytes, not ${key.length}.`);
}

/** The name is bound to the value: swapped rows do not open. */
function seal(key: Uint8Array, name: string, value: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, name: string, sealed: Uint8Array): string {
  try {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw new EngineError("wrong_env_key", `It does not open ${name}.`, { cause });
  }
}

export function readEnvironment(connection: Connection, key: Uint8Array): Record<string, string> {
  const rows = connection.rows("SELECT name, sealed FROM env ORDER BY name") as [string, Uint8Array][];
  return Object.fromEntries(rows.map(([name, sealed]) => [name, open(key, name, sealed)]));
}

function checkChange({ name, value }: EnvChange): void {
  if (!NAME.test(name)) throw new Error(`Environment variable name "${name}" is invalid.`);
  if (name === "CONVEX_CLOUD_URL" || name === "CONVEX_SITE_URL") {
    throw new Error(`Environment variable "${name}" is built in and cannot be overridden.`);
  }
  if (value !== null && Buffer.byteLength(value) > MAX_VALUE_BYTES) {
    throw new Error(`The value of environment variable "${name}" is larger than ${MAX_VALUE_BYTES} bytes.`);
  }
}

/** Part of a write transaction: all changes or none. */
export function changeEnvironment(connection: Connection, key: Uint8Array, changes: readonly EnvChange[]): void {
  for (const change of changes) {
    checkChange(change);
    const { name, value } = change;
    if (value === null) connection.run("DELETE FROM env WHERE name = ?", name);
    else connection.run("INSERT OR REPLACE INTO env (name, sealed) VALUES (?, ?)", name, seal(key, name, value));
  }
  const count = Number(connection.row("SELECT count(*) FROM env")?.[0]);
  if (count > MAX_VARIABLES) throw new Error(`A deployment can have at most ${MAX_VARIABLES} environment variables.`);
}
