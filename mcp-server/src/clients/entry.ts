/** Our entry among a client's servers: told from others', brought up to date without what its user added, and shown. */
import { basename } from "node:path";
import { serverWords } from "../config.ts";
import { isObject } from "../is-object.ts";
import { CLIENTS, type Client, type ServerCommand } from "./clients.ts";
import { DIRECTORY_SETTINGS } from "./server.ts";

export type Entry = Readonly<Record<string, unknown>>;

/** Whether it starts our program, whichever path or version it names. */
export function isOurs(entry: unknown): entry is Entry {
  return isObject(entry) && placeOfProgram(wordsOf(entry)) !== -1;
}

/** The entry as it should be: the command is ours, and what else stands in one that is there is its user's. */
export function entryFor(client: Client, server: ServerCommand, present: Entry | undefined): Entry {
  if (present === undefined) return { ...client.entry(server), ...client.defaults };
  const [command = "", ...words] = wordsOf(present);
  const at = placeOfProgram([command, ...words]);
  const forNode = isNode(command) ? words.slice(0, at - 1) : [];
  const [program = "", ...own] = server.args;
  const users = serverWords(serverArguments(present)).filter((word) => word !== "--read-only" || !own.includes(word));
  const env = { ...othersIn(present["env"]), ...server.env };
  return {
    ...client.defaults,
    ...present,
    ...client.entry({ command: server.command, args: [...forNode, program, ...own, ...users], env: {} }),
    ...("env" in present || Object.keys(env).length > 0 ? { env } : {}),
  };
}

/** What stands behind our program. */
export function serverArguments(entry: Entry): string[] {
  const words = wordsOf(entry);
  return words.slice(placeOfProgram(words) + 1);
}

/** Whether it offers nothing that changes something. */
export const isReadOnly = (entry: Entry): boolean => wordsOf(entry).includes("--read-only");

/** Without the values that are its user's: they may be secrets. */
export function shownEntry(client: Client, entry: Entry): Entry {
  const own = { ...client.entry({ command: "", args: [], env: {} }), ...client.defaults };
  const members = Object.entries(entry).map(([name, value]) => {
    if (name === "env" && isObject(value)) return [name, Object.fromEntries(Object.entries(value).map(shownVariable))];
    return [name, name in own ? value : hidden(value)];
  });
  return Object.fromEntries(members) as Entry;
}

const shownVariable = ([name, value]: [string, unknown]) => [name, isSetting(name) ? value : hidden(value)];

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hidden(one)]));
  return typeof value === "string" ? "…" : value;
}

const isSetting = (name: string) => DIRECTORY_SETTINGS.includes(name);

/** A Moorage and its key, as variables: the entry's profile goes before them, and no key belongs into a client's file. */
const REMOTE_SETTINGS = ["MOORAGE_URL", "MOORAGE_API_KEY"];

/** The Moorage that an entry's variables name and its server uses, as it stands there. */
export function addressIn(entry: Entry): string | undefined {
  const hasProfile = serverArguments(entry).some((word) => /^--profile(=|$)/.test(word));
  return hasProfile ? undefined : settingIn(entry, "MOORAGE_URL");
}

/** Whether a key is in the client's file. */
export const holdsKey = (entry: Entry): boolean => settingIn(entry, "MOORAGE_API_KEY") !== undefined;

function settingIn({ env }: Entry, name: string): string | undefined {
  const value = isObject(env) ? env[name] : undefined;
  return typeof value === "string" ? value.trim() || undefined : undefined;
}

const othersIn = (env: unknown) =>
  isObject(env)
    ? Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name) && !REMOTE_SETTINGS.includes(name)))
    : {};

/** Its command and its arguments, one after the other; what is no text is left out. */
function wordsOf({ command, args }: Entry): string[] {
  const words: unknown[] = [command, ...(Array.isArray(args) ? args : [])];
  return words.filter((word) => typeof word === "string");
}

const fileName = (word: string) => basename(word.replaceAll("\\", "/"));
export const isNode = (command: string) => /^node(\.exe)?$/.test(fileName(command));
const isMoorage = (word: string) => ["moorage", "moorage.js", "moorage.cmd"].includes(fileName(word));
/** What starts a program that an argument names; a container of that name is another. */
const STARTS_IT = /^(node|npx|npm|pnpm|pnpx|yarn|bun|bunx|env|cmd)(\.(exe|cmd))?$/;
/** Where our program stands: named to what starts programs or started itself; named to another with a profile of a client. */
function placeOfProgram(words: readonly string[]): number {
  const [command = ""] = words;
  if (STARTS_IT.test(fileName(command))) return words.findIndex(isMoorage);
  if (isMoorage(command)) return 0;
  const at = words.findIndex((word) => fileName(word) === "moorage.js");
  return at !== -1 && CLIENTS.some(({ name }) => namesProfile(words.slice(at), name)) ? at : -1;
}

const namesProfile = (words: readonly string[], name: string) =>
  words.some((word, at) => word === `--profile=${name}` || (word === "--profile" && words[at + 1] === name));
