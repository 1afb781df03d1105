import { createApp } from "./app.ts";

export default createApp({
  // biome-ignore lint/suspicious/noConsole: on Cloudflare, the console is the log
  log: (line) => console.log(JSON.stringify(line)),
});
