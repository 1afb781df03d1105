/** What an argument is when the caller does not name it: `--agent`, `--project`, or the git repository's name; and where it may look. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
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
  const name = repositoryOf(root);
  return lineProblem(name, PROJECT_CHARS) === undefined ? name : undefined;
}

/** A worktree is its repository's, whatever its own folder is called: one project is worked on in many. */
function repositoryOf(root: string): string {
  const common = commonDirectory(join(root, ".git"));
  if (common === undefined) return basename(root);
  // `atlas/.git`, `atlas/.bare`, `atlas.git`, and a submodule's `.git/modules/atlas`.
  const name = basename(common);
  return name.startsWith(".") ? basename(dirname(common)) : name.replace(/\.git$/, "");
}

/** What a worktree's `.git` leads to, which its repository and its other worktrees share; a submodule has none. */
function commonDirectory(dotGit: string): string | undefined {
  try {
    const [, directory] = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, "utf8")) ?? [];
    if (directory === undefined) return undefined;
    const own = resolve(dirname(dotGit), directory.trim());
    return resolve(own, readFileSync(join(own, "commondir"), "utf8").trim());
  } catch {
    // A directory, or a file that leads nowhere.
    return undefined;
  }
}

/** Where the git repository begins that a directory lies in. `.git` is a file in worktrees and submodules. */
function gitRoot(directory: string): string | undefined {
  if (existsSync(join(directory, ".git"))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : gitRoot(parent);
}
