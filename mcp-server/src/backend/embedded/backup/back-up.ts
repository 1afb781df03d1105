/** Everything of the local database, its keys included, in one sealed file, which is tried before it gets its name. */
import {
  closeSync,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { version } from "../../../published.static.ts";
import { SettingError } from "../../../setting-error.ts";
import { filesIn, locate, onDisk, openDirectories } from "../directories.ts";
import { openLocalEngine } from "../engine.ts";
import { openKeys, textOf } from "../keys.ts";
import { pack } from "./contents.ts";
import { namesIn, readDeployments } from "./deployments.ts";
import { type Place, restoreBackup } from "./restore.ts";
import { inScratch } from "./scratch.ts";
import { seal } from "./sealed-file.ts";

interface Made {
  bytes: number;
  /** False where the keys of before were lost, and with them the secrets that they sealed. */
  secretsOpen: boolean;
}

/** Writes `file`, which must not be there yet; others may write to the database meanwhile. */
export async function backUp(place: Place, file: string, passphrase: string): Promise<Made> {
  const { data, config } = locate(place);
  const { marker } = filesIn(data);
  if (!existsSync(marker) && namesIn(config).length === 0)
    throw new SettingError(`there is nothing in ${data} to back up yet`);
  if (existsSync(file)) throw new SettingError(`${file} is there already; choose another name`);
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new SettingError(`there is no folder ${folder}`);
  const directories = openDirectories({ ...place, key: "owner" });
  const keys = await openKeys(directories);
  const draft = `${file}.unfinished`;
  return inScratch(config, async (scratch) => {
    const snapshot = join(scratch, "snapshot.db");
    // Only to look: the jobs are for the processes that stay.
    const engine = await openLocalEngine(directories, keys, { runsJobs: false });
    await engine.backup(snapshot).finally(() => engine.close());
    const createdAt = new Date().toISOString();
    const facts = {
      createdAt,
      release: version,
      marker: readFileSync(marker, "utf8"),
      keys: textOf(keys),
      deployments: await readDeployments(config),
    };
    onDisk(draft, () => {
      // One that a killed process left; where others write too, it may be a link.
      rmSync(draft, { force: true });
      closeSync(openSync(draft, "wx", 0o600));
    });
    try {
      const output = createWriteStream(draft, { flush: true });
      await pipeline(Readable.from(seal(pack(facts, snapshot), passphrase)), output);
      const tried = { dataDir: join(scratch, "data"), configDir: join(scratch, "config") };
      const { secretsOpen } = await restoreBackup(tried, draft, { passphrase, replaces: false });
      onDisk(file, () => renameSync(draft, file));
      return { bytes: statSync(file).size, secretsOpen };
    } finally {
      rmSync(draft, { force: true });
    }
  });
}
