import { createApp } from "./app.ts";
import type { Bindings } from "./env.ts";

const app = createApp({
  // biome-ignore lint/suspicious/noConsole: on Cloudflare, the console is the log
  log: (line) => console.log(JSON.stringify(line)),
});

export default { fetch: app.fetch } satisfies ExportedHandler<Bindings>;

export { PresenceShard } from "./presence/durable.ts";
