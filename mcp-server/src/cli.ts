/** `moorage memory search "…"`: the tools as commands, for a person or a script. */
import { AppError, ERRORS } from "@moorage/shared/errors";
import { BODY_BYTES } from "@moorage/shared/limits";
import { ownersBackend } from "./backend/owners.ts";
import type { Arguments } from "./backend/types.ts";
import type { Target } from "./config.ts";
import { type FlagKind, readFlags } from "./flags.ts";
import { isObject } from "./is-object.ts";
import { inputJsonSchema, type JsonSchema } from "./json-schema.ts";
import { reasons } from "./log.ts";
import { nearest } from "./nearest.ts";
import { commandLine, thisProgram } from "./person/command-line.ts";
import { withUntrusted } from "./present.ts";
import { runTool } from "./run.ts";
import { createSession } from "./session.ts";
import { SettingError } from "./setting-error.ts";
import { linesOf } from "./terminal/answers/answers.ts";
import { readAll, withoutLastBreak } from "./terminal/ask.ts";
import { isForPeople, printLines, textOf, visibleJson } from "./terminal/print.ts";
import { usageLines } from "./terminal/usage.ts";
import type { Result, Tool } from "./tool.ts";
import { TOOLS as ALL_TOOLS } from "./tools/index.ts";
import { commandOf, commandsOf, describeCommand, flagOf, listCommands, placesOf } from "./usage.ts";
import type { Input, ListedVerb, VerbContext } from "./verb.ts";
import { VERBS } from "./verbs/index.ts";

/** What shows a value in the open has a command of its own, which looks where it would be shown. */
const TOOLS = ALL_TOOLS.filter(({ reveals }) => !reveals);
const COMMANDS = commandsOf(TOOLS, VERBS);

export interface Outcome {
  ok: boolean;
  /** The answer as JSON or, for a person, in lines; else what is wrong and what to do. */
  text: string;
}

type Terminal = Pick<VerbContext, "env" | "stdin" | "stdout" | "stderr" | "faults">;

/** Runs a command as a terminal would, and resolves with its exit code. */
export async function runWords(words: readonly string[], target: Target, terminal: Terminal): Promise<number> {
  const verb = findVerb(words);
  if (verb !== undefined) return runVerb(verb, words.slice(verb.name.split(" ").length), target, terminal);
  const { call: own, asksJson } = withoutSwitch(words);
  const { ok, text } = await runCommand(own, target, {
    stdin: terminal.stdin,
    forPeople: isForPeople(terminal, asksJson),
  });
  if (ok) terminal.stdout.write(text);
  else terminal.stderr.write(`moorage: ${text}\n`);
  return ok ? 0 : 1;
}

const findVerb = (words: readonly string[]) =>
  VERBS.find(({ name }) => name.split(" ").every((word, at) => words[at] === word));

async function runVerb(listed: ListedVerb, words: readonly string[], target: Target, terminal: Terminal) {
  const verb = (await listed.load()).default;
  // What stands behind `--` is another program's.
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  if (isHelp(own)) {
    const head = `${commandOf(listed.name)}: ${listed.title}`;
    printLines(terminal.stdout, [head, "", ...usageLines(verb.usage, terminal.stdout.columns)]);
    return 0;
  }
  const backend = ownersBackend(target);
  try {
    return await verb.run(words, { ...terminal, target, backend });
  } catch (error) {
    terminal.stderr.write(`moorage: ${error instanceof SettingError ? error.message : explain(error)}\n`);
    return 1;
  } finally {
    await backend.close();
  }
}

/** `--json` with no object behind it says, as it does after other commands, how to print. */
function withoutSwitch(words: readonly string[]): { call: readonly string[]; asksJson: boolean } {
  const call = words.filter((word, at) => word !== "--json" || words[at + 1]?.startsWith("-") === false);
  return { call, asksJson: call.length < words.length };
}

interface How {
  /** What `-` stands for. */
  stdin: Input;
  forPeople: boolean;
}

/** Makes one call. */
export async function runCommand(words: readonly string[], target: Target, how: How): Promise<Outcome> {
  const { stdin, forPeople } = how;
  try {
    const family = findFamily(words);
    if (family.length > 0) return { ok: true, text: `${listCommands(family)}\n\n--help after one lists its fields.\n` };
    const { tool, rest } = findTool(words);
    if (isHelp(rest)) return { ok: true, text: describeCommand(tool) };
    const input = rest.includes("-") ? await readText(stdin) : "-";
    const args = readArguments(tool, rest, input);
    if (stdin.isTTY !== true) requireMain(tool, args);
    const answer = await call(tool, args, target);
    const json = JSON.stringify(answer, null, 2);
    const lines = forPeople ? linesOf(tool.name, answer) : undefined;
    return { ok: true, text: lines === undefined ? `${forPeople ? visibleJson(json) : json}\n` : textOf(lines) };
  } catch (error) {
    return { ok: false, text: error instanceof SettingError ? error.message : explain(error) };
  }
}

const readText = async (stdin: Input) =>
  withoutLastBreak(await readAll(stdin, { what: "the text", maxBytes: BODY_BYTES }));

async function call(tool: Tool, args: Arguments, target: Target): Promise<Result> {
  const backend = ownersBackend(target);
  try {
    const person = {
      command: (words: readonly string[]) => commandLine(thisProgram(), target, words),
      hasPages: false,
      client: () => ({}),
    };
    const result = await runTool(tool, args, {
      session: createSession({ cwd: process.cwd(), target }),
      backend,
      person,
    });
    return await withUntrusted(tool.form, result, backend);
  } finally {
    await backend.close();
  }
}

/** A fault behind the door, or in what is set up here, is for this person to find, so its cause is said. */
function explain(error: unknown): string {
  const failure = error instanceof AppError ? error : new AppError("internal", undefined, { cause: error });
  const { message, hint, code, cause, requestId } = failure;
  if (ERRORS[code].audience === "caller" && code !== "setup") return `${message}\n  ${hint}`;
  const request = requestId === undefined ? "" : `request ${requestId}`;
  const details = [cause === undefined ? "" : reasons(cause, message), request].filter((text) => text !== "");
  return `${message}${details.length === 0 ? "" : ` (${details.join("; ")})`}\n  ${hint}`;
}

const isHelp = (words: readonly string[]) => words.some((word) => word === "--help" || word === "-h");

/** The commands that begin with these words, where they are none by themselves. */
function findFamily(words: readonly string[]): readonly { name: string; title: string }[] {
  const names = words.filter((word) => !isHelp([word]));
  if (names.some((word) => word.startsWith("-"))) return [];
  const start = names.join("_");
  if (TOOLS.some(({ name }) => name === start)) return [];
  return COMMANDS.filter(({ name }) => name.replaceAll(" ", "_").startsWith(`${start}_`));
}

function findTool(words: readonly string[]): { tool: Tool; rest: string[] } {
  const end = words.findIndex((word) => word.startsWith("-"));
  const names = end === -1 ? words : words.slice(0, end);
  // The longest name wins: what follows it is the command's main argument.
  for (let count = names.length; count > 0; count--) {
    const tool = TOOLS.find(({ name }) => name === names.slice(0, count).join("_"));
    if (tool !== undefined) return { tool, rest: words.slice(count) };
  }
  throw new SettingError(`there is no command "${names.join(" ")}"; ${meant(names)}moorage --help lists them`);
}

/** What follows a command's name may be its main argument. */
function meant(names: readonly string[]): string {
  const known = COMMANDS.map(({ name }) => name.replaceAll("_", " "));
  const starts = names.map((_, at) => names.slice(0, names.length - at).join(" "));
  const found = starts.map((start) => nearest(start, known)).find((name) => name !== undefined);
  return found === undefined ? "" : `did you mean moorage ${found}? `;
}

/** `input` is what `-` stands for. */
function readArguments(tool: Tool, rest: readonly string[], input: string): Arguments {
  const told = (word: string) => (word === "-" ? input : word);
  const schema = inputJsonSchema(tool.form.args, tool.form.filled);
  const fields = schema.properties ?? {};
  const kinds = Object.entries(fields).map(([field, { type }]): [string, FlagKind] => [
    flagOf(field),
    type === "array" ? "list" : type === "boolean" ? "switch" : "value",
  ]);
  const { values, positionals } = readFlags(rest, { ...Object.fromEntries(kinds), json: "value" });
  const args: Record<string, unknown> = readJson(values.get("json")?.[0]);
  for (const [field, { type }] of Object.entries(fields)) {
    const given = values.get(flagOf(field));
    if (given !== undefined) args[field] = readValue(type, given.map(told));
  }
  return {
    ...args,
    ...readPlaces(tool, schema, { positionals: positionals.map(told), isGiven: (field) => field in args }),
  };
}

/** Whoever has no terminal may mean what they put on standard input, which is read where it is named alone. */
function requireMain({ name, form }: Tool, args: Arguments): void {
  const schema = inputJsonSchema(form.args, form.filled);
  const [main] = placesOf(schema);
  if (main !== "content" || main in args || schema.required?.includes(main) !== true) return;
  throw new SettingError(`${main}: is required; what standard input holds is -, as in … | ${commandOf(name)} -`);
}

interface Words {
  positionals: readonly string[];
  isGiven: (field: string) => boolean;
}

/** Words without a field's name: the main one, then a choice, where it is one and has not been made by its name. */
function readPlaces({ name }: Tool, schema: JsonSchema, { positionals, isGiven }: Words): Record<string, string> {
  const [first, second, ...more] = positionals;
  if (first === undefined) return {};
  const [main, choice] = placesOf(schema);
  if (main === undefined)
    throw new SettingError(`unexpected "${first}": name its field; ${commandOf(name)} --help lists them`);
  if (second === undefined) return { [main]: first };
  const choices = choice === undefined || isGiven(choice) ? [] : (schema.properties?.[choice]?.enum ?? []);
  if (choice !== undefined && more.length === 0 && choices.includes(second)) return { [main]: first, [choice]: second };
  const known = choices.length === 0 ? "" : `: it is none of ${choices.join(", ")}`;
  const extra = choices.includes(second) ? more[0] : second;
  throw new SettingError(`unexpected "${extra}"${known}; put quotes around an argument of several words`);
}

function readValue(type: JsonSchema["type"], given: readonly string[]): unknown {
  if (type === "array") return given;
  if (type === "boolean") return true;
  if (Array.isArray(type) && type.includes("null") && given[0] === "null") return null;
  // A text that is no number stays one, so that the contract says what the field should be.
  const number = Number(given[0]);
  return type === "integer" && Number.isFinite(number) ? number : given[0];
}

function readJson(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { ...value };
  } catch {
    // Said below, in the same words as for JSON that is no object.
  }
  throw new SettingError("--json must be one JSON object");
}
