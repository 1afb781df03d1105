/** The engine over one local database, with its keys in the functions' environment. */
import { authConfigFor, components, modules, schema } from "@moorage/convex/modules.map";
import { createEngine, type Engine, EngineError } from "@moorage/engine";
import { LOOPBACK } from "@moorage/shared/embeddings-url";
import { log } from "../../log.ts";
import type { Directories } from "./directories.ts";
import { toAppError } from "./failures.ts";
import { environmentOf, jwksUri, type LocalKeys, provisionArgs } from "./keys.ts";

/** Never dialled: a name inside this process, from which tokens take their form. */
export const DOOR = "https://door.moorage.invalid";

export const audienceOf = ({ id }: Directories): string => `moorage-${id}`;

/** Opens, and at first use makes, the database, its tenant and its keys' rows. */
export async function openLocalEngine(
  directories: Directories,
  keys: LocalKeys,
  { runsJobs, publicUrl }: { runsJobs: boolean; publicUrl?: string | undefined },
): Promise<Engine> {
  const engine = withCause(() =>
    createEngine({
      schema,
      modules,
      components,
      storage: { kind: "file", path: directories.database },
      scheduler: runsJobs,
      auth: authConfigFor({
        MOORAGE_ISSUER: DOOR,
        MOORAGE_AUDIENCE: audienceOf(directories),
        MOORAGE_JWKS: jwksUri(keys),
      }),
      env: {
        ...environmentOf(keys),
        // A model on this machine is as much the person's as the database.
        MOORAGE_EMBEDDINGS_LOCAL: LOOPBACK,
        ...(publicUrl === undefined ? {} : { MOORAGE_PUBLIC_URL: publicUrl }),
      },
      // Standard output is the protocol's: nothing a function prints may go there.
      onLog: ({ level, path, message }) => {
        if (level === "warn" || level === "error") log(`${path}: ${message}`);
      },
      // A job that the end of a short command cut off runs again in the next process.
      onScheduledError: (error, { path }) => {
        if (!(error instanceof EngineError && error.code === "closed")) log(`${path} failed`, error);
      },
    }),
  );
  try {
    await engine.mutation("tenants:provision", await provisionArgs(keys));
    return engine;
  } catch (error) {
    await engine.close();
    throw toAppError(error);
  }
}

function withCause<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toAppError(error);
  }
}
