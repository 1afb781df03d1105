/** Runs the Worker for its parent, and ends with it: the channel between the two closes however the parent goes. */
import { fileURLToPath } from "node:url";
import { unstable_startWorker } from "wrangler";
import type { WorkerOptions } from "./worker.ts";

process.once("message", async ({ vars, port }: WorkerOptions) => {
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL("../../worker/wrangler.jsonc", import.meta.url)),
    bindings: Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: "plain_text", value }])),
    dev: {
      server: { hostname: "127.0.0.1", port },
      persist: false,
      watch: false,
      inspector: false,
      logLevel: "warn",
    },
  });
  process.once("disconnect", async () => {
    await worker.dispose();
    process.exit(0);
  });
  await worker.ready;
  process.send?.({ url: (await worker.url).origin });
});
