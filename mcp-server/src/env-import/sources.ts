/** What the files say now, held against what is kept: every statement with its place, its digest and whether it is there. */
import type { ResultOf } from "@moorage/shared/contract";
import { compare } from "@moorage/shared/contracts/secrets";
import { byteLength, secretName, secretValue } from "@moorage/shared/fields";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import type { SecretPlace } from "@moorage/shared/secret-name";
import type { ToolContext } from "../tool.ts";
import { type Assignment, parseDotEnv } from "./dotenv.ts";
import { type EnvFile, type Reach, readEnvFile } from "./files.ts";

export interface Statement {
  file: EnvFile;
  assignment: Assignment;
  place: SecretPlace;
  digest: string;
  kept: ResultOf<typeof compare>["compared"][number]["kept"];
  version: number | undefined;
}

/** What stays in its file, and why. */
export interface Left {
  file: string;
  line: number;
  variable?: string;
  reason: string;
}

export interface Sources {
  files: EnvFile[];
  /** In the order of the files. */
  statements: Statement[];
  left: Left[];
}

/** Names that have no place are passed over. */
export type FindPlace = (variable: string) => SecretPlace | undefined;

/** Well below the size of a request, as characters may be escaped in it. */
const BATCH_BYTES = 32 * 1024;

export async function readSources(
  paths: readonly string[],
  findPlace: FindPlace,
  { reach, backend, signal }: Pick<ToolContext, "backend" | "signal"> & { reach: Reach },
): Promise<Sources> {
  // One that is named twice, in two ways perhaps, is read once.
  const files = [...new Map(paths.map((path) => readEnvFile(path, reach)).map((file) => [file.path, file])).values()];
  const left: Left[] = [];
  const readable: Found[] = [];
  for (const file of files) {
    const found = findStatements(file, findPlace);
    left.push(...found.left);
    readable.push(...found.readable);
  }
  const statements: Statement[] = [];
  for (const batch of batches(readable)) {
    const secrets = batch.map(({ place, assignment: { value } }) => ({ ...place, value }));
    const { compared } = await backend.call(compare, { secrets }, signal && { signal });
    batch.forEach((one, at) => {
      const { digest, kept, version } = compared[at]!;
      statements.push({ ...one, digest, kept, version });
    });
  }
  return { files, statements, left };
}

type Found = Pick<Statement, "file" | "assignment" | "place">;

function findStatements(file: EnvFile, findPlace: FindPlace): { readable: Found[]; left: Left[] } {
  const { assignments, unreadable } = parseDotEnv(file.text);
  const left: Left[] = unreadable.map((line) => ({ file: file.path, line, reason: "it is no statement NAME=value" }));
  const readable: Found[] = [];
  /** Names that a line below sets to what cannot be told: that one counts, and not what stands here. */
  const untold = new Set<string>();
  for (const assignment of assignments.toReversed()) {
    const { name: variable, line } = assignment;
    const place = findPlace(variable);
    if (place === undefined) continue;
    const problem = problemOf(assignment, place);
    const reason = problem ?? (untold.has(variable) ? "a line below, which stays, sets it again" : undefined);
    if (problem !== undefined) untold.add(variable);
    if (reason === undefined) readable.unshift({ file, assignment, place });
    else left.push({ file: file.path, line, variable, reason });
  }
  return { readable, left: left.sort((one, other) => one.line - other.line) };
}

/** Why a statement cannot be a secret; never with its value. */
function problemOf({ value, trouble }: Assignment, { name }: SecretPlace): string | undefined {
  if (trouble !== undefined) return trouble;
  const problem = (secretName.safeParse(name).error ?? secretValue.safeParse(value).error)?.issues[0]?.message;
  return problem === "must not be empty" ? "it is empty" : problem;
}

function batches<T extends { assignment: Assignment }>(all: readonly T[]): T[][] {
  const made: T[][] = [];
  let bytes = Infinity;
  for (const one of all) {
    const size = byteLength(one.assignment.value);
    if (bytes + size > BATCH_BYTES || made.at(-1)!.length === BATCH_ITEMS) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1)!.push(one);
    bytes += size;
  }
  return made;
}
