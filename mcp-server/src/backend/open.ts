import type { Target } from "../config.ts";
import type { Door, EmbeddedOptions } from "./types.ts";

/** The door of a target. The embedded one, with the engine and the database, is loaded only here. */
export async function openDoor(target: Target, key: EmbeddedOptions["key"]): Promise<Door> {
  if (target.kind === "remote") {
    const { address, apiKey } = target;
    return { address, apiKey, fetch: globalThis.fetch, close: async () => {} };
  }
  const { openEmbedded } = await import("./embedded/open.ts");
  const { kind: _, ...options } = target;
  return openEmbedded({ ...options, key });
}
