import type { Backend } from "./types.ts";

/** A backend that opens on the first call that needs it; when that fails, the next call tries again. */
export function lazyBackend(open: () => Promise<Backend>): Backend {
  let opening: Promise<Backend> | undefined;
  const opened = () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    call: async (contract, args, options) => (await opened()).call(contract, args, options),
    close: async () => {
      if (opening !== undefined) await (await opening).close();
    },
  };
}
