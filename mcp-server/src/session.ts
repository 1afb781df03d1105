/** What an argument is when the caller does not name it: `--agent`, `--project`, or the git repository's name. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lineProblem, PROJECT_CHARS } from "@moorage/shared/line";

/** Arguments that have a value for the whole session (`--agent`, `--project`). */
export type SessionField = "agent" | "project";

export type Session = Partial<Record<SessionField, string>>;

export function createSession(flags: { agent?: string; project?: string; cwd: string }): Session {
  const project = flags.project ?? gitProject(flags.cwd);
  return {
    ...(flags.agent === undefined ? {} : { agent: flags.agent }),
    ...(project === undefined ? {} : { project }),
  };
}

/** The name of the git root that a directory lies in. `.git` is a file in worktrees and submodules. */
function gitProject(directory: string): string | undefined {
  if (existsSync(join(directory, ".git"))) {
    const name = basename(directory);
    return lineProblem(name, PROJECT_CHARS) === undefined ? name : undefined;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : gitProject(parent);
}
