import type { Door } from "./types.ts";

export interface LazyDoor {
  get(): Promise<Door>;
  close(): Promise<void>;
}

/** A door that opens for the first call that gets as far as it; when that fails, the next call tries again. */
export function lazyDoor(open: () => Promise<Door>): LazyDoor {
  let opening: Promise<Door> | undefined;
  return {
    get: () => {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    close: async () => (await opening)?.close(),
  };
}
