/** Carries a plan out. */
import { spawnSync } from "node:child_process";
import { AppError } from "@moorage/shared/errors";
import { backupOf, readSettingsFile, removeFile, replaceSettingsFile } from "./file.ts";
import type { Plan } from "./plan.ts";

type Doable = Extract<Plan, { state: "edit" | "run" }>;

/** Puts the entry in. The text before stays beside the file. */
export function applyAdd(plan: Doable): void {
  if (plan.state === "edit") replaceSettingsFile(plan.file, plan.after);
  else runAll(plan.commands);
}

/** Takes the entry out; a file that was made for it goes, and so does the backup. */
export function applyRemove(plan: Doable): void {
  if (plan.state === "run") {
    runAll(plan.commands);
    return;
  }
  const nothingLeft = plan.after.replaceAll(/[{}\s]/g, "") === "";
  if (!plan.made.file || !nothingLeft) replaceSettingsFile(plan.file, plan.after);
  else if (readSettingsFile(plan.file.path).text === plan.file.text) removeFile(plan.file.real);
  removeFile(backupOf(plan.file.path));
}

/** One after the other; the first that fails ends it. */
export function runAll(commands: readonly (readonly string[])[]): void {
  for (const [program = "", ...args] of commands) {
    const { status, error, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000, stdio: "pipe" });
    if (status === 0) continue;
    throw new AppError("setup", `${program} ${args.slice(0, 3).join(" ")} … failed.`, {
      hint: "Run it by hand to see why.",
      cause: error ?? new Error(stderr.slice(0, 500)),
    });
  }
}
