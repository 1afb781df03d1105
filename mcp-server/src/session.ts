/** What an argument is when the caller does not name it: `--agent`, `--project`, or the git repository's name; and where it may look. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lineProblem, PROJECT_CHARS } from "@moorage/shared/line";
import { locate } from "./backend/embedded/directories.ts";
import type { Target } from "./config.ts";
import type { Reach } from "./env-import/files.ts";

/** Arguments that have a value for the whole session (`--agent`, `--project`). */
export type SessionField = "agent" | "project";

export interface Session extends Partial<Record<SessionField, string>> {
  readonly imports: Reach;
}

export interface SessionOptions {
  agent?: string;
  project?: string;
  importRoots?: readonly string[];
  cwd: string;
  target: Target;
}

export function createSession({ agent, project, importRoots = [], cwd, target }: SessionOptions): Session {
  const root = gitRoot(cwd);
  const name = project ?? (root === undefined ? undefined : projectOf(root));
  const roots = importRoots.length > 0 || root === undefined ? importRoots : [root];
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(name === undefined ? {} : { project: name }),
    imports: { cwd, roots, stateDir: join(locate(target).config, "imports") },
  };
}

function projectOf(root: string): string | undefined {
  const name = basename(root);
  return lineProblem(name, PROJECT_CHARS) === undefined ? name : undefined;
}

/** Where the git repository begins that a directory lies in. `.git` is a file in worktrees and submodules. */
function gitRoot(directory: string): string | undefined {
  if (existsSync(join(directory, ".git"))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : gitRoot(parent);
}
