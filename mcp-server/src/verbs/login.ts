import { parseApiKey } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as keys from "@moorage/shared/contracts/keys";
import { createBackend } from "../backend/client.ts";
import type { Backend } from "../backend/types.ts";
import { CLIENTS } from "../clients/clients.ts";
import { readAddress, readProfileName } from "../config.ts";
import { keepProfile, type ProfileName, redeemOnce } from "../profiles.ts";
import { version } from "../published.static.ts";
import { SettingError } from "../setting-error.ts";
import { askHidden, readAll } from "../terminal/ask.ts";
import { isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";
import { profileOf } from "./profile.ts";

/** Far more than a key. */
const MAX_BYTES = 1_000;

const verb: Verb = {
  usage: `moorage login --url https://moorage.example.com [--profile NAME]

The key, or the code that moorage keys create --enroll printed, is typed unseen or comes on standard input. It is tried,
and kept in the operating system's keychain if @napi-rs/keyring is installed beside moorage, else in a file that only
you can read. moorage --profile NAME then uses it: as a server, or before any command.

  --url URL        where Moorage is (default: MOORAGE_URL)
  --profile NAME   under which name to keep it (default: default)
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("login", given, { url: "value", profile: "value", json: "switch" });
    const name = words.get("profile");
    const which = { ...profileOf(context.target), ...(name === undefined ? {} : { name: readProfileName(name) }) };
    // A client's entry leads to the profile of its name: its agent would have a person's key.
    if (CLIENTS.some(({ name: client }) => client === which.name))
      throw new SettingError(`--profile ${which.name} is where that client's own key is kept; choose another`);
    const address = readUrl(words.get("url"), context.env["MOORAGE_URL"]?.trim());
    const { apiKey, key } = await keyFor(address, await readKey(context), which);
    const kept = await keepProfile(which, { address, apiKey });
    const { keyId, scopes } = key;
    if (isForPeople(context, words.has("json"))) {
      printLines(context.stdout, [
        `Logged in to ${address} with the key ${keyId}, which may: ${scopes.join(", ")}`,
        `It is kept in ${kept === "keychain" ? "the keychain" : "a file of yours"}. Use it by moorage --profile ${which.name}`,
      ]);
    } else printJson(context.stdout, { profile: which.name, address, keyId, scopes, kept });
    return 0;
  },
};
export default verb;

function readUrl(flag: string | undefined, setting: string | undefined): string {
  if (flag !== undefined) return readAddress(flag, "--url");
  if (!setting) throw new SettingError("say where: moorage login --url https://moorage.example.com");
  return readAddress(setting, "MOORAGE_URL");
}

async function readKey(context: VerbContext): Promise<string> {
  const text =
    context.stdin.isTTY === true
      ? await askHidden(context, "Key or code")
      : await readAll(context.stdin, { what: "the key", maxBytes: MAX_BYTES });
  if (parseApiKey(text.trim()) !== undefined) return text.trim();
  throw new SettingError("this is not a whole key or code (moor_…); a character is wrong or missing, copy it again");
}

/** The key itself, tried; or the one that a code is good for. */
async function keyFor(address: string, text: string, which: ProfileName) {
  const own = await holding(address, text, (backend) => backend.call(keys.resolve, {}));
  if (!own.scopes.includes("enroll:login")) return { apiKey: text, key: own };
  const redeem = (claim: string): Promise<ResultOf<typeof keys.redeem>> =>
    holding(address, text, (backend) => backend.call(keys.redeem, { claim }));
  const made = await redeemOnce(which, own.keyId, redeem);
  return { apiKey: made.text, key: { keyId: made.key.id, scopes: made.key.scopes } };
}

async function holding<T>(address: string, apiKey: string, work: (backend: Backend) => Promise<T>): Promise<T> {
  const door = { address, apiKey, fetch: globalThis.fetch, close: async () => {} };
  const backend = createBackend(door, { clientName: () => `moorage/${version}`, readOnly: false });
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}
