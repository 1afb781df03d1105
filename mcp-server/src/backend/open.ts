import type { Target } from "../config.ts";
import type { ProfileName } from "../profiles.ts";
import type { Door, EmbeddedOptions } from "./types.ts";

/** The door of a target. The embedded one, with the engine and the database, is loaded only here. */
export async function openDoor(target: Target, key: EmbeddedOptions["key"]): Promise<Door> {
  if (target.kind !== "embedded") {
    const { address, apiKey } = target.kind === "profile" ? await profileOf(target) : target;
    return { address, apiKey, fetch: globalThis.fetch, close: async () => {} };
  }
  const { openEmbedded } = await import("./embedded/open.ts");
  const { kind: _, ...options } = target;
  return openEmbedded({ ...options, key });
}

const profileOf = async (which: ProfileName) => (await import("../profiles.ts")).readProfile(which);
