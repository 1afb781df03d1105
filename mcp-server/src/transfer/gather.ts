/** Everything that is to be brought in from a path, checked entry by entry; what cannot be is a problem with its place. */
import { createHash } from "node:crypto";
import { explainIssues } from "@moorage/shared/contract";
import {
  type BroughtLog,
  type BroughtMemory,
  type BroughtVersion,
  broughtLog,
  broughtMemory,
  broughtVersion,
} from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import { SettingError } from "../setting-error.ts";
import { filesAt } from "./files.ts";
import { FORMATS } from "./formats/index.ts";
import {
  type At,
  type Format,
  type Found,
  type FoundLog,
  type FoundMemory,
  MOST_ENTRIES,
  type Place,
  type Problem,
  type SourceFile,
} from "./found.ts";

import { splitFrontMatter } from "./front-matter.ts";

export interface Options {
  format?: Format;
  /** Whose it becomes, whatever the file says. */
  agent?: string;
  project?: string;
}

export interface Gathered {
  memories: At<BroughtMemory>[];
  versions: At<BroughtVersion>[];
  logs: At<BroughtLog>[];
  problems: Problem[];
  /** How many files there were of each format, by its name. */
  files: Map<string, number>;
}

export async function gather(path: string, options: Options): Promise<Gathered> {
  const gathered: Gathered = { memories: [], versions: [], logs: [], problems: [], files: new Map() };
  const keys = keyMaker();
  let unknown: SourceFile | undefined;
  for await (const read of filesAt(path)) {
    if ("problem" in read) {
      gathered.problems.push(read.problem);
      continue;
    }
    const format = options.format ?? FORMATS.find((one) => one.owns(read.file));
    if (format === undefined) {
      unknown = read.file;
      const { problem } = splitFrontMatter(read.file.text);
      // Whose it is, its head would have said.
      if (problem !== undefined) gathered.problems.push({ place: { file: read.file.name, line: 1 }, why: problem });
      continue;
    }
    gathered.files.set(format.name, (gathered.files.get(format.name) ?? 0) + 1);
    const found = format.read(read.file);
    if (Math.max(found.memories.length, found.versions.length, found.logs.length) > MOST_ENTRIES) {
      const place = { file: read.file.name, line: read.file.firstLine };
      gathered.problems.push({ place, why: `more than ${MOST_ENTRIES} entries: divide the file` });
      continue;
    }
    take(gathered, found, options, keys);
  }
  if (gathered.files.size === 0 && gathered.problems.length === 0) {
    const what = unknown === undefined ? `${path} has no file` : `nothing in ${path} is in a form`;
    throw new SettingError(
      `${what} that is known here; --format says which: ${FORMATS.map(({ name }) => name).join(", ")}`,
    );
  }
  return gathered;
}

type KeyOf = (said: readonly unknown[], mayRepeat?: boolean) => string;

function take(gathered: Gathered, found: Found, { agent, project }: Options, keyOf: KeyOf): void {
  gathered.problems.push(...found.problems);
  for (const { place, ...memory } of found.memories) {
    const entry = {
      ...memory,
      ...(agent === undefined ? {} : { agent }),
      ...(project === undefined ? {} : { project }),
    };
    const key = () => entry.key ?? keyOfMemory(entry, keyOf);
    check(gathered.memories, gathered.problems, broughtMemory, { entry, key, place });
  }
  for (const { place, ...version } of found.versions) {
    const entry = { ...version, ...(project === undefined ? {} : { project }) };
    const key = () => entry.key ?? keyOf(["version", entry.memory, entry.updatedAt, entry.content]);
    check(gathered.versions, gathered.problems, broughtVersion, { entry, key, place });
  }
  for (const { place, ...log } of found.logs) {
    const entry = { ...log, ...(agent === undefined ? {} : { agent }) };
    const key = () => entry.key ?? keyOfLog(entry, keyOf);
    check(gathered.logs, gathered.problems, broughtLog, { entry, key, place });
  }
}

const keyOfMemory = ({ type, agent, project, occurredAt, content }: FoundMemory, keyOf: KeyOf) =>
  keyOf(["memory", type, agent, project, occurredAt, content]);

/** A day may say the same twice. */
const keyOfLog = ({ day, agent, content }: FoundLog, keyOf: KeyOf) => keyOf(["log", day, agent, content], true);

/** What a file says has any form until it is checked; only then is its key made of it. */
const UNCHECKED = "-";

function check<T extends z.ZodType>(
  into: At<z.input<T>>[],
  problems: Problem[],
  form: T,
  { entry, key, place }: { entry: { key?: string }; key: () => string; place: Place },
): void {
  const checked = form.safeParse({ ...entry, key: entry.key ?? UNCHECKED });
  if (checked.success) into.push({ ...entry, key: key(), place } as unknown as At<z.input<T>>);
  else problems.push({ place, why: explainIssues(checked.error, entry) });
}

/** Names what an entry says, so that bringing the same file in again finds what is there. */
function keyMaker(): KeyOf {
  const seen = new Map<string, number>();
  return (said, mayRepeat = false) => {
    const key = createHash("sha256").update(JSON.stringify(said)).digest("base64url");
    if (!mayRepeat) return key;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key}.${count}`;
  };
}
