/** Whether a restored copy works: it opens, its keys are those of its tenant, and they open its secrets. */
import * as secrets from "@moorage/shared/contracts/secrets";
import { AppError, type ErrorCode } from "@moorage/shared/errors";
import { SECRET_NAMES } from "@moorage/shared/limits";
import { version } from "../../../published.static.ts";
import { createBackend } from "../../client.ts";
import { itemsOf, pagesOf } from "../../pages.ts";
import type { Backend } from "../../types.ts";
import type { Locations } from "../directories.ts";
import { openEmbedded } from "../open.ts";

const UNOPENED: readonly ErrorCode[] = ["secret_unreadable", "master_key_missing"];

/** False where its secrets do not open. Whatever else is wrong is thrown. */
export async function tryCopy({ data, config }: Locations): Promise<boolean> {
  const open = () => openEmbedded({ dataDir: data, configDir: config, key: "owner", isCopy: true });
  const backend = createBackend(open, { clientName: () => `moorage/${version}`, readOnly: false });
  try {
    await openSecrets(backend);
    return true;
  } catch (error) {
    if (error instanceof AppError && UNOPENED.includes(error.code)) return false;
    throw error;
  } finally {
    await backend.close();
  }
}

/** As programs get them, agent by agent: an export would have a limit to how often. */
async function openSecrets(backend: Backend): Promise<void> {
  const found = await itemsOf(pagesOf(backend, secrets.list), (page) => page.secrets);
  const names = [...new Set(found.map(({ name }) => name))];
  const agents = new Set(found.map(({ agent }) => agent ?? "default"));
  for (const agent of agents) {
    for (let at = 0; at < names.length; at += SECRET_NAMES) {
      await backend.call(secrets.resolve, { agent, names: names.slice(at, at + SECRET_NAMES) });
    }
  }
}
