import { existsSync, rmSync } from "node:fs";
import { alone } from "../cloud/alone.ts";
import { installTools, layOut } from "../cloud/folder.ts";
import { type CloudState, readState, writeState } from "../cloud/state.ts";
import { toolsIn } from "../cloud/tools.ts";
import { folderOf, type Site } from "../cloud/up.ts";
import { deleteWorker, hasWorker, requireAccount, requireSameAccount } from "../cloud/worker.ts";
import { forgetProfile } from "../profiles.ts";
import { SettingError } from "../setting-error.ts";
import { confirm, isInteractive } from "../terminal/ask.ts";
import { printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";
import { siteOf } from "./up.ts";

const verb: Verb = {
  usage: `moorage down [options]

  --name NAME   which deployment (default: moorage)
  --yes         do not ask

Deletes the Worker, so that nobody reaches this Moorage any more. What it keeps stays in Convex until you delete the
project there, and its keys stay on this machine: moorage up brings it back.`,

  async run(given, context) {
    const words = readWords("down", given, { name: "value", yes: "switch" });
    const site = siteOf(context, words.get("name"));
    const state = readState(site.config, site.name);
    if (state === undefined || !(await isUp(site, state))) {
      printLines(context.stdout, [`Nothing called ${site.name} is up that was made from this machine.`]);
      return 0;
    }
    if (!words.has("yes")) {
      if (!isInteractive(context)) throw new SettingError("nobody is there to ask; add --yes to take it down");
      if (
        !(await confirm(
          context,
          `Delete the Worker ${site.name}${state.address === undefined ? "" : ` at ${state.address}`}?`,
        ))
      )
        return 1;
    }
    await alone(site.config, site.name, () => takeDown(site, state));
    printLines(context.stdout, [
      "The Worker is deleted.",
      `Its data is still at ${state.convexUrl ?? "Convex"}: delete that project in Convex's dashboard when you no longer need it.`,
    ]);
    return 0;
  },
};
export default verb;

/** An up that was cut off may have left a Worker whose address nobody knows yet. */
async function isUp(site: Site, { address }: CloudState): Promise<boolean> {
  const folder = folderOf(site);
  return address !== undefined || (existsSync(folder) && (await hasWorker(toolsIn(folder, site.env), site.name)));
}

async function takeDown(site: Site, state: CloudState): Promise<void> {
  const { address: _, ...rest } = state;
  const folder = folderOf(site);
  const tools = toolsIn(folder, site.env);
  // Whoever cleared the data directory has taken the tools away, too.
  layOut(folder);
  await installTools(folder, tools);
  requireSameAccount(state, await requireAccount(tools, site.env));
  await deleteWorker(tools, site.name);
  await forgetProfile({ name: site.name, ...(site.usesKeychain ? {} : { configDir: site.config }) });
  rmSync(folder, { recursive: true, force: true });
  writeState(site.config, rest);
}
