import { utf8ToBytes } from "@noble/hashes/utils.js";

const TYPE = "ssh-ed25519";

/**
 * A public key whose private half nobody has. Providers make up a root password, and send it about, for a server that
 * comes without a key; an account that has none gets this one.
 */
export async function keyOfNobody(): Promise<string> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const open = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const bytes = [utf8ToBytes(TYPE), open].flatMap((field) => [0, 0, 0, field.length, ...field]);
  return `${TYPE} ${btoa(String.fromCharCode(...bytes))} moorage-nobody`;
}
