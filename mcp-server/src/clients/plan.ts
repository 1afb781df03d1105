/** What would be changed in one client, found out without changing anything. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { type Client, SERVER_NAME, type ServerCommand } from "./clients.ts";
import { hasMember, isEmpty, readMember, withMember, withoutSection } from "./document.ts";
import { type Entry, entryFor, isOurs } from "./entry.ts";
import {
  backupOf,
  readSettingsFile,
  requireNoBackup,
  requireWritable,
  type SettingsFile,
  uppermostMissing,
} from "./file.ts";
import { findProgram, type Place } from "./place.ts";
import type { ProgramCall } from "./programs.ts";
import { onText, Unreadable } from "./unreadable.ts";
import { isSame } from "./values.ts";

export interface Made {
  /** Whether there was no file, or no table of servers, before: then both go again with the entry. */
  file: boolean;
  section: boolean;
  /** The uppermost folder that was made for the file. */
  folder?: string | undefined;
  /** Whether the text before is kept beside the file. */
  backup?: boolean | undefined;
}

interface Change {
  client: Client;
  file: SettingsFile;
  /** Our entry before and after. */
  before: Entry | undefined;
  entry: Entry | undefined;
  made: Made;
}

export type Plan =
  /** Nothing to do. */
  | { state: "same"; client: Client; path: string; entry: Entry | undefined }
  /** `after` is undefined where the file goes. */
  | (Change & { state: "edit"; after: string | undefined })
  /** Its own program does it. */
  | (Change & { state: "run"; call: ProgramCall })
  | { state: "problem"; client: Client; path: string; error: AppError };

export type Doable = Extract<Plan, { state: "edit" | "run" }>;

export const isInstalled = (client: Client, place: Place): boolean =>
  [...client.traces(place), ...client.files(place)].some((path) => existsSync(path)) ||
  programOf(client, place) !== undefined;

/** The file that the client reads, or would. */
export function fileOf(client: Client, place: Place): string {
  const files = client.files(place);
  return files.find((path) => existsSync(path)) ?? files[0]!;
}

/** What a client has under our name. */
export const readEntry = (client: Client, path: string): unknown =>
  onText(path, () => entryIn(client, readSettingsFile(path)));

/** `known` is what was made for this client before: a backup that is there may be ours. */
export function planAdd(client: Client, server: ServerCommand, place: Place, known?: Made): Plan {
  return planned(client, fileOf(client, place), (file) => {
    const before = ownEntry(client, file);
    const entry = entryFor(client, server, before);
    const made = madeFor(client, file, before);
    if (made.backup === true && known?.backup !== true) requireNoBackup(file.path);
    const change = { client, file, before, entry, made };
    const program = programOf(client, place);
    // What its user has put into an entry may be secret, and every program sees the arguments of the others.
    if (program === undefined || before !== undefined) return edit(change);
    return { ...change, state: "run", call: [program.path, ...program.add(JSON.stringify(entry))] };
  });
}

/** Takes out what `planAdd` put into the file at `path`, and nothing else. */
export function planRemove(client: Client, made: Made, place: Place, path = fileOf(client, place)): Plan {
  return planned(client, path, (file) => {
    const present = entryIn(client, file);
    const before = isOurs(present) ? present : undefined;
    if (before === undefined) return { state: "same", client, path: file.path, entry: undefined };
    const change = { client, file, before, entry: undefined, made };
    const program = programOf(client, place);
    return program === undefined ? edit(change) : { ...change, state: "run", call: [program.path, ...program.remove] };
  });
}

/** What is still to be done by our own hand when the client's program has ended, which may write members of its own. */
export function planRest({ client, file, entry, made }: Doable): Plan {
  return planned(client, file.path, (now) => {
    const before = ownEntry(client, now);
    return edit({ client, file: now, before, entry: entry && { ...before, ...entry }, made });
  });
}

function planned(client: Client, path: string, work: (file: SettingsFile) => Plan): Plan {
  try {
    return onText(path, () => work(readSettingsFile(path)));
  } catch (error) {
    if (error instanceof AppError) return { state: "problem", client, path, error };
    throw error;
  }
}

const entryIn = (client: Client, { text = "" }: SettingsFile) =>
  readMember(text, client.format, [client.section, SERVER_NAME]);

function ownEntry(client: Client, file: SettingsFile): Entry | undefined {
  const entry = entryIn(client, file);
  if (entry === undefined || isOurs(entry)) return entry;
  throw new AppError("invalid_input", `${client.title} has another server named "${SERVER_NAME}".`, {
    hint: `Rename or remove it in ${file.path}; nothing in it was changed.`,
  });
}

function programOf({ program }: Client, place: Place) {
  const path = program === undefined ? undefined : findProgram(program.name, place);
  return program === undefined || path === undefined ? undefined : { ...program, path };
}

function madeFor({ format, section }: Client, { path, text }: SettingsFile, before: Entry | undefined): Made {
  if (text !== undefined) {
    return { file: false, section: !hasMember(text, format, section), backup: before === undefined };
  }
  return { file: true, section: true, folder: uppermostMissing(dirname(path)) };
}

function edit(change: Change): Plan {
  const { client, file, before, entry, made } = change;
  if (isSame(before, entry)) return { state: "same", client, path: file.path, entry };
  requireWritable(file);
  const path = [client.section, SERVER_NAME] as const;
  if (entry !== undefined)
    return { ...change, state: "edit", after: withMember(file.text ?? "", client.format, path, entry) };
  const without = withoutEntry(change);
  return { ...change, state: "edit", after: made.file && contentOf(without) === "" ? undefined : without };
}

/** As it was before, to the byte, where nothing else has changed since. */
function withoutEntry({ client, file, before, made }: Change): string {
  const { format, section } = client;
  const bare = withoutOurs(client, file.text ?? "");
  const without = made.section && isEmpty(bare, format, section) ? withoutSection(bare, format, section) : bare;
  const kept = made.backup === true ? readSettingsFile(backupOf(file.path)).text : undefined;
  if (kept === undefined) return without;
  const isAsBefore =
    contentOf(kept) === contentOf(without) || contentOf(roundTrip(client, kept, before)) === contentOf(bare);
  return isAsBefore ? kept : without;
}

const withoutOurs = ({ format, section }: Client, text: string) =>
  withMember(text, format, [section, SERVER_NAME], undefined);

/** The text with the entry put in and taken out again, which closes up the space in an empty table; else nothing. */
function roundTrip(client: Client, text: string, entry: Entry | undefined): string {
  try {
    return withoutOurs(client, withMember(text, client.format, [client.section, SERVER_NAME], entry));
  } catch (error) {
    if (error instanceof Unreadable) return "";
    throw error;
  }
}

/** The text without the line breaks around it; nothing, where it holds nothing. */
const contentOf = (text: string) => text.trim().replace(/^\{\s*\}$/, "");
