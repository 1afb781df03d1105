/** Carries a plan out. */
import { dirname } from "node:path";
import { backupOf, removeEmptyFolders, removeFile, removeSettingsFile, replaceSettingsFile } from "./file.ts";
import { type Doable, type Plan, planRest } from "./plan.ts";
import { runAll } from "./programs.ts";

/** Several times as long as such a program takes. */
const PATIENCE_MS = 15_000;

/** Said before, where there may be something to wait for. */
export const waitingFor = (plan: Plan): string[] =>
  plan.state === "run" ? [`waits for ${plan.client.program!.name}, ${PATIENCE_MS / 1000} seconds at most.`] : [];

/** Puts the entry in; the text before our first one stays beside the file. The answer is what went another way, if so. */
export function applyAdd(plan: Doable): string | undefined {
  if (plan.state === "run") return runAndLook(plan, applyAdd);
  // Undefined only where an entry is taken out.
  replaceSettingsFile(plan.file, plan.after!, { backup: plan.before === undefined && plan.made.backup === true });
  return undefined;
}

/** Takes the entry out; a file that was made for it goes, its folders, too, and so does the backup. */
export function applyRemove(plan: Doable): string | undefined {
  if (plan.state === "run") return runAndLook(plan, applyRemove);
  const { file, after, made } = plan;
  if (after === undefined) removeSettingsFile(file);
  else replaceSettingsFile(file, after, { backup: false });
  if (made.backup === true) removeFile(backupOf(file.path));
  if (after === undefined && made.folder !== undefined) removeEmptyFolders(dirname(file.path), made.folder);
  return undefined;
}

/** What the client's own program has not done is done by hand, whatever it says of itself. */
function runAndLook(plan: Extract<Doable, { state: "run" }>, byHand: (plan: Doable) => unknown): string | undefined {
  const failure = runAll([plan.call], PATIENCE_MS);
  const rest = planRest(plan);
  if (rest.state === "problem") throw rest.error;
  if (rest.state !== "edit") return undefined;
  byHand(rest);
  const how = failure === undefined ? "without a word" : `and ${failure.how}`;
  return `${plan.client.program!.name} left ${plan.file.path} as it was, ${how}; moorage has changed it itself.`;
}
