/** Installs the service and takes it away by the system's own manager: wholly or not at all. */
import { dirname } from "node:path";
import { AppError } from "@moorage/shared/errors";
import {
  readSettingsFile,
  removeEmptyFolders,
  removeFile,
  replaceSettingsFile,
  type SettingsFile,
  uppermostMissing,
} from "../clients/file.ts";
import { findProgram, type Place } from "../clients/place.ts";
import { type ProgramCall, runAll } from "../clients/programs.ts";
import { pause } from "../pause.ts";
import { SettingError } from "../setting-error.ts";
import type { ServiceDefinition } from "./definition.ts";

/** Longer than a server that cannot run takes to end. */
const SETTLED_MS = 1_500;

export async function installService(service: ServiceDefinition, place: Place): Promise<void> {
  if (findProgram(service.manager, place) === undefined) {
    throw new SettingError(
      `there is no ${service.manager} here, as in most containers; have whatever starts programs here start \`moorage serve\``,
    );
  }
  const file = readSettingsFile(service.path);
  const folder = uppermostMissing(dirname(service.path));
  if (file.text !== service.text) replaceSettingsFile(file, service.text, { backup: false });
  const failure = runAll([...(isKnownLoaded(service) ? service.stop : []), ...service.start]);
  if (failure === undefined && (await staysUp(service))) return;
  putBack(service, file, folder);
  if (failure === undefined) {
    throw new AppError("setup", "The service was started, and has ended again.", {
      hint: `Everything is as it was. Run \`${service.command}\` to see why.`,
    });
  }
  throw refused(failure, "Everything is as it was. Run that command to see more, or start `moorage serve` otherwise.");
}

async function staysUp({ isRunning }: ServiceDefinition): Promise<boolean> {
  if (isRunning === undefined) return true;
  await pause(SETTLED_MS, undefined);
  return runAll([isRunning]) === undefined;
}

/** As before: without it, or with the one that was there. */
function putBack(service: ServiceDefinition, { text }: SettingsFile, folder: string | undefined): void {
  if (text === undefined) {
    runAll(service.stop);
    remove(service);
    if (folder !== undefined) removeEmptyFolders(dirname(service.path), folder);
  } else {
    replaceSettingsFile(readSettingsFile(service.path), text, { backup: false });
    runAll(service.start);
  }
}

/** What was there: nothing, a service that has ended, or the file of one that nothing here could have run. */
export function uninstallService(service: ServiceDefinition, place: Place): "none" | "ended" | "not run" {
  if (readSettingsFile(service.path).text === undefined) return "none";
  const isManaged = findProgram(service.manager, place) !== undefined;
  const isToEnd = isManaged && (service.isLoaded === undefined || isKnownLoaded(service));
  const failure = isToEnd ? runAll(service.stop) : undefined;
  if (failure !== undefined) {
    throw refused(failure, `Nothing was changed. If no service can run here, delete ${service.path}.`);
  }
  remove(service);
  removeEmptyFolders(dirname(service.path), service.folder);
  return isManaged ? "ended" : "not run";
}

function remove({ path, forget }: ServiceDefinition): void {
  removeFile(path);
  // The service has ended: whatever the manager says to this, nothing is left to do.
  runAll(forget);
}

/** launchd takes it for an error to end what is not loaded, and to load it twice; systemd does not mind. */
const isKnownLoaded = ({ isLoaded }: ServiceDefinition) => isLoaded !== undefined && runAll([isLoaded]) === undefined;

const refused = ({ call, said }: { call: ProgramCall; said: string }, hint: string) =>
  new AppError("setup", `\`${call.join(" ")}\` failed: ${said}`, { hint });
