/**
 * A file that only its passphrase opens: scrypt makes the key, AES-256-GCM seals blocks of 64 kB. Each block's nonce holds
 * its number and whether it is the last, so that blocks cannot be left out, moved, or cut off at the end.
 *
 *     MOORAGE BACKUP\n | form 1 | salt 16 | check 16 | nonce 7 | block, tag 16 | block, tag 16 | …
 */
import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { SettingError } from "../../../setting-error.ts";

const MAGIC = Buffer.from("MOORAGE BACKUP\n");
/** Raised when an older release could not read the file. */
const FORM = 1;
const SALT_BYTES = 16;
const CHECK_BYTES = 16;
const NONCE_BYTES = 7;
const HEADER_BYTES = MAGIC.length + 1 + SALT_BYTES + CHECK_BYTES + NONCE_BYTES;
const BLOCK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
/** 128 MB and half a second a guess. */
const COST: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

type Bytes = AsyncIterable<Buffer>;

export async function* seal(plain: Bytes, passphrase: string): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const { key, check } = await keyOf(passphrase, salt);
  const nonce = randomBytes(NONCE_BYTES);
  const header = Buffer.concat([MAGIC, Buffer.of(FORM), salt, check, nonce]);
  yield header;
  for await (const { bytes, number, isLast } of blocks(plain, BLOCK_BYTES)) {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(nonce, number, isLast)).setAAD(header);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Yields what was sealed; a block only when it is known to be as it was. `name` is what the file is called in a refusal. */
export async function* unseal(sealed: Bytes, passphrase: string, name: string): AsyncGenerator<Buffer> {
  const source = sealed[Symbol.asyncIterator]();
  const { header, rest } = await readHeader(source, name);
  const fields = header.subarray(MAGIC.length + 1);
  const salt = fields.subarray(0, SALT_BYTES);
  const nonce = fields.subarray(SALT_BYTES + CHECK_BYTES);
  const { key, check } = await keyOf(passphrase, salt);
  if (!timingSafeEqual(check, fields.subarray(SALT_BYTES, SALT_BYTES + CHECK_BYTES))) {
    throw new SettingError(`this is not the passphrase of ${name}`);
  }
  const body = startingWith(rest, source);
  for await (const { bytes, number, isLast } of blocks(body, BLOCK_BYTES + TAG_BYTES)) {
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(nonce, number, isLast)).setAAD(header);
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      yield Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw damaged(name);
    }
  }
}

export const damaged = (name: string) => new SettingError(`${name} is damaged; nothing was restored`);

async function keyOf(passphrase: string, salt: Buffer): Promise<{ key: Buffer; check: Buffer }> {
  const derived = await derive(passphrase.normalize("NFC"), salt, 32 + CHECK_BYTES, COST);
  return { key: derived.subarray(0, 32), check: derived.subarray(32) };
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const suffix = Buffer.alloc(5);
  suffix.writeUInt32BE(number);
  suffix[4] = isLast ? 1 : 0;
  return Buffer.concat([prefix, suffix]);
}

async function readHeader(source: AsyncIterator<Buffer>, name: string): Promise<{ header: Buffer; rest: Buffer }> {
  let read: Buffer = Buffer.alloc(0);
  while (read.length < HEADER_BYTES) {
    const { value, done } = await source.next();
    if (done) break;
    read = Buffer.concat([read, value]);
  }
  if (!read.subarray(0, MAGIC.length).equals(MAGIC)) throw new SettingError(`${name} is no backup of Moorage`);
  const form = read[MAGIC.length];
  if (form !== undefined && form > FORM) {
    throw new SettingError(`${name} was made by a newer release; update moorage`);
  }
  if (form !== undefined && form < FORM) {
    throw new SettingError(`${name} was made by an older release, in a form that this one no longer reads`);
  }
  if (read.length < HEADER_BYTES) throw damaged(name);
  return { header: read.subarray(0, HEADER_BYTES), rest: read.subarray(HEADER_BYTES) };
}

async function* startingWith(first: Buffer, source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

/** The same bytes in blocks of one size; the last one, of which there is always one, may be shorter. */
async function* blocks(source: Bytes, size: number) {
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk]);
    // One byte more than a block shows that it is not the last.
    while (held.length > size) {
      yield { bytes: held.subarray(0, size), number: number++, isLast: false };
      held = held.subarray(size);
    }
  }
  yield { bytes: held, number, isLast: true };
}
