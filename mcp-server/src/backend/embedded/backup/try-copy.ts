/** Whether a restored copy works: it opens, its keys are those of its tenant, and they open its secrets. */
import * as keys from "@moorage/shared/contracts/keys";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import { version } from "../../../published.static.ts";
import { createBackend } from "../../client.ts";
import type { Locations } from "../directories.ts";
import { openEmbedded } from "../open.ts";

/** False where its secrets do not open. Whatever else is wrong is thrown. */
export async function tryCopy({ data, config }: Locations): Promise<boolean> {
  const open = () => openEmbedded({ dataDir: data, configDir: config, key: "owner", isCopy: true });
  const backend = createBackend(open, { clientName: () => `moorage/${version}`, readOnly: false });
  try {
    await backend.call(keys.list, { limit: 1 });
    return await backend.call(secrets.export, {}).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === "secret_unreadable") return false;
        throw error;
      },
    );
  } finally {
    await backend.close();
  }
}
