/** What this Node cannot do, in one line that says what to install; undefined when it can do what is asked. */
export function nodeProblem(version: string, needs: "remote" | "embedded"): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 20) return `needs Node 20 or newer; this is ${version}. Install Node 24 from https://nodejs.org`;
  if (needs === "remote" || hasSqlite(major, minor)) return undefined;
  return `keeps its data in Node's own SQLite, which needs Node 22.16 or newer; this is ${version}. ${INSTEAD}`;
}

const INSTEAD =
  "Install Node 24 from https://nodejs.org, or set MOORAGE_URL and MOORAGE_API_KEY to use a Moorage elsewhere";

/** The same of this very process, whatever its version says: programs that bring a Node of their own leave parts out. */
export function sqliteProblem(): string | undefined {
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    new DatabaseSync(":memory:").exec("create virtual table t using fts5(x)");
    return undefined;
  } catch {
    return `keeps its data in Node's own SQLite with full-text search, which this Node lacks. ${INSTEAD}`;
  }
}

/** `node:sqlite` with full-text search. */
function hasSqlite(major: number, minor: number): boolean {
  if (major === 22) return minor >= 16;
  if (major === 23) return minor >= 11;
  return major >= 24;
}
