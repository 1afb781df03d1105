/** The three layers in one process: the door's own code before the engine's, joined by `fetch` instead of a network. */
import { statSync } from "node:fs";
import { createFunctionApi } from "@moorage/engine/http";
import { AppError } from "@moorage/shared/errors";
import { type AppOptions, createApp } from "@moorage/worker/app";
import { createMemoryLimiter } from "@moorage/worker/memory-limiter";
import { log } from "../../log.ts";
import { localRequest } from "../local-request.ts";
import { localResponse } from "../local-response.ts";
import type { Door, EmbeddedOptions } from "../types.ts";
import { afterwork } from "./afterwork.ts";
import { openDirectories } from "./directories.ts";
import { audienceOf, DOOR, openLocalEngine } from "./engine.ts";
import { toAppError } from "./failures.ts";
import { openKeys } from "./keys.ts";
import { networkDoor } from "./network.ts";
import { localPages } from "./pages.ts";

/** Never dialled: a name inside this process, from which requests take their form. */
const CONVEX = "https://convex.moorage.invalid";

/** Opens, and at first use makes, the local database, its tenant and its two keys; once, even when processes race. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Door> {
  const directories = openDirectories(options);
  const keys = await openKeys(directories);
  const engine = await openLocalEngine(directories, keys, {
    runsJobs: options.isCopy !== true,
    publicUrl: options.publicUrl,
  });
  const file = statSync(directories.database).ino;
  const api = createFunctionApi(engine, { rejectFailures: true, respond: localResponse });
  const after = afterwork();
  const appOptions: AppOptions = {
    ...after,
    convexFetch: async (input, init) => {
      // Into a file that has lost its name one can write for long, and nobody will ever find it again.
      if (String(input).endsWith("/api/mutation")) requireFile(directories.database, file);
      try {
        return await api.fetch(localRequest(input, init));
      } catch (error) {
        throw toAppError(error);
      }
    },
    // Everyone who can reach a process that does not listen is on this machine.
    clientAddress: () => "127.0.0.1",
    log: ({ requestId, cause }) => {
      if (cause !== undefined) log(`request ${requestId}`, cause);
    },
    respond: localResponse,
  };
  const app = createApp(appOptions);
  // An app of its own: the other would take each change of address for new settings, and forget what it knows.
  const pageApp = createApp(appOptions);
  const bindings = {
    CONVEX_URL: CONVEX,
    MOORAGE_SIGNING_KEY: JSON.stringify(keys.signingKey),
    MOORAGE_DOOR_KEY: keys.door,
    MOORAGE_ISSUER: DOOR,
    MOORAGE_AUDIENCE: audienceOf(directories),
  };
  // For what comes over a socket; the calls of this process are its user's own.
  const overNetwork = { ...bindings, RATE_LIMITER: createMemoryLimiter() };
  const pages = localPages(async (request, address) =>
    pageApp.fetch(request, { ...overNetwork, MOORAGE_PUBLIC_URL: address }),
  );
  const { publicUrl } = options;
  const network = networkDoor(
    appOptions,
    { ...overNetwork, ...(publicUrl === undefined ? {} : { MOORAGE_PUBLIC_URL: publicUrl }) },
    after.wait,
  );
  return {
    address: DOOR,
    apiKey: options.apiKey ?? keys[options.key],
    fetch: async (input, init) => app.fetch(localRequest(input, init), bindings),
    openPages: pages.open,
    listen: network.listen,
    close: async () => {
      await network.close();
      await pages.close();
      await after.finish();
      await engine.close();
    },
  };
}

function requireFile(path: string, inode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) throw new AppError("database_gone");
}
