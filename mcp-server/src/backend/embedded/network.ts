/** The door of a process that listens: for servers that report in, and for clients on other machines. */
import { type Server, serve } from "@moorage/engine/serve";
import { AppError } from "@moorage/shared/errors";
import { type AppOptions, createApp } from "@moorage/worker/app";
import type { Bindings } from "@moorage/worker/env";
import { memoryPresence } from "@moorage/worker/presence/memory";
import { log } from "../../log.ts";
import type { ListenAddress } from "../types.ts";
import { isCode } from "./once.ts";

interface NetworkDoor {
  listen(at: ListenAddress): Promise<string>;
  close(): Promise<void>;
}

/** An IPv4 address of a socket that takes both kinds. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

export function networkDoor(options: AppOptions, bindings: Bindings, wait: (ms: number) => Promise<void>): NetworkDoor {
  const onFailure = (error: unknown) => log("servers", error);
  let server: Server | undefined;
  return {
    async listen({ host, port }) {
      const { respond: _, ...shared } = options;
      const app = createApp({
        ...shared,
        // The socket's, set by `serve`, whatever a caller wrote there.
        clientAddress: (c) => c.req.header("x-forwarded-for")?.replace(MAPPED, ""),
        createPresence: (_env, calls) => memoryPresence(calls, { now: Date.now, wait, onFailure }),
      });
      try {
        server = await serve(async (request) => app.fetch(request, bindings), { host, port });
      } catch (error) {
        throw new AppError("setup", `Cannot listen at ${host}:${port}${reasonOf(error)}.`, { cause: error });
      }
      app.open(bindings);
      return server.url;
    },
    close: async () => server?.close(),
  };
}

function reasonOf(error: unknown): string {
  if (isCode(error, "EADDRINUSE")) return ": another program does";
  if (isCode(error, "EACCES")) return ": this user may not";
  if (isCode(error, "EADDRNOTAVAIL", "ENOTFOUND")) return ": this machine has no such address";
  return "";
}
