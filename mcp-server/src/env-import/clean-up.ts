/** The last phase: with a person's consent, takes out of the files what the store has, after a backup of each file. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { onDisk } from "../backend/embedded/directories.ts";
import { replaceFile } from "../backend/embedded/once.ts";
import { groupBy } from "../group.ts";
import { consentUsed, requireConsent } from "./consent.ts";
import { withoutAssignments } from "./dotenv.ts";
import { type EnvFile, readEnvFile, shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import { folderOf, type Plan, placeIn } from "./plan.ts";
import { readSources } from "./sources.ts";
import { describeLeft, sortOut } from "./verify.ts";

export async function cleanUp(plan: Plan, context: ImportContext) {
  const sources = await readSources(plan.files, (variable) => placeIn(plan, variable), context);
  const { going, staying } = sortOut(sources, plan);
  const left = describeLeft(staying, context);
  if (going.length === 0) return { removed: [], left };
  const summary = `take ${going.length} values out of files, after a backup of each file in ${folderOf(plan, context.reach)}.`;
  const steps = going.map(({ file, assignment: { name } }) => ({ file: file.path, variable: name, note: "" }));
  const wait = await requireConsent(plan, { phase: "cleanup", summary, steps }, context);
  if (wait !== undefined) return wait;
  const removed = [...groupBy(going, ({ file }) => file)].map(([file, statements]) => {
    const backup = backUp(file, plan, context);
    const text = withoutAssignments(
      file.text,
      statements.map(({ assignment }) => assignment),
    );
    replaceUnchanged(file, text, context);
    return { file: shown(file.path, context.reach.cwd), variables: statements.length, backup };
  });
  consentUsed(plan, "cleanup", context);
  return { removed, left };
}

/** Whole or not there, and never in the place of another one. */
function backUp(file: EnvFile, plan: Plan, { reach }: ImportContext): string {
  const folder = folderOf(plan, reach);
  const name = `${plan.files.indexOf(file.path) + 1}-${basename(file.path)}`;
  for (let count = 1; ; count++) {
    const path = join(folder, count === 1 ? name : `${name}-${count}`);
    if (!existsSync(path)) onDisk(path, () => replaceFile(path, file.text));
    if (onDisk(path, () => readFileSync(path, "utf8")) === file.text) return path;
  }
}

/** Its readers see the old file or the new one; what somebody has changed since it was read is not overwritten. */
function replaceUnchanged(file: EnvFile, text: string, { reach }: ImportContext): void {
  const draft = `${file.path}.moorage-draft`;
  onDisk(file.path, () => {
    // One that a killed process left.
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, file.mode);
    try {
      fchmodSync(descriptor, file.mode);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (readEnvFile(file.path, reach).text !== file.text) {
      rmSync(draft);
      throw new AppError("conflict", `${shown(file.path, reach.cwd)} was changed at the same moment.`);
    }
    renameSync(draft, file.path);
  });
}
