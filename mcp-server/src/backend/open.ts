import { AppError } from "@moorage/shared/errors";
import type { Target } from "../config.ts";
import { nodeProblem, sqliteProblem } from "../node-version.ts";
import type { Door, EmbeddedOptions } from "./types.ts";

/** The door of a target. The embedded one, with the engine and the database, is loaded only here. */
export async function openDoor(target: Target, key: EmbeddedOptions["key"]): Promise<Door> {
  if (target.kind === "remote") return remoteDoor(target);
  const { dataDir, configDir, publicUrl } = target;
  const here = {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(configDir === undefined ? {} : { configDir }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
  if (target.kind === "embedded") return embeddedDoor({ ...here, key });
  const { readProfile } = await import("../profiles.ts");
  const { address, apiKey } = await readProfile(target);
  return address === undefined ? embeddedDoor({ ...here, key, apiKey }) : remoteDoor({ address, apiKey });
}

const remoteDoor = ({ address, apiKey }: Pick<Door, "address" | "apiKey">): Door => ({
  address,
  apiKey,
  fetch: globalThis.fetch,
  close: async () => {},
});

async function embeddedDoor(options: EmbeddedOptions): Promise<Door> {
  requireNode(nodeProblem(process.versions.node, "embedded"));
  try {
    const { openEmbedded } = await import("./embedded/open.ts");
    return await openEmbedded(options);
  } catch (error) {
    requireNode(sqliteProblem());
    throw error;
  }
}

function requireNode(problem: string | undefined): void {
  if (problem === undefined) return;
  throw new AppError("setup", `Moorage ${problem}.`, {
    hint: "Then run moorage init with it: the clients' entries name a Node.",
  });
}
