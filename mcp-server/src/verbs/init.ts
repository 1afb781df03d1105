import { existsSync } from "node:fs";
import { AppError } from "@moorage/shared/errors";
import { locate } from "../backend/embedded/directories.ts";
import { aloneWithClients } from "../clients/alone.ts";
import { waitingFor } from "../clients/apply.ts";
import { CLIENTS, type Client, type ServerCommand } from "../clients/clients.ts";
import { describePlan } from "../clients/describe.ts";
import { type Entering, enter } from "../clients/enter.ts";
import { addressIn, holdsKey, isReadOnly } from "../clients/entry.ts";
import { configDirOf, type Issuer, keptAddress, lacksKey, openIssuer } from "../clients/keys.ts";
import { readLedger } from "../clients/ledger.ts";
import { cursorLink, vscodeLink } from "../clients/links.ts";
import { type Place, thisPlace } from "../clients/place.ts";
import { isInstalled, type Plan, planAdd } from "../clients/plan.ts";
import { program, tryServer } from "../clients/server.ts";
import { lacksSkill, skillPath } from "../clients/skills.ts";
import { SettingError } from "../setting-error.ts";
import { confirm, isInteractive } from "../terminal/ask.ts";
import { printLines } from "../terminal/print.ts";
import { readWords, splitList, type Words } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const FLAGS = {
  client: "value",
  remote: "value",
  print: "switch",
  yes: "switch",
  "read-only": "switch",
  skill: "switch",
} as const;

const verb: Verb = {
  usage: `moorage init [options]

  --client NAMES   which (default: those that are on this machine), of
                   ${CLIENTS.slice(0, 5)
                     .map(({ name }) => name)
                     .join(",")},
                   ${CLIENTS.slice(5)
                     .map(({ name }) => name)
                     .join(",")}
  --remote URL     use the Moorage at this address, to which you have logged in
  --read-only      with a key that can change nothing
  --skill          also install the skill that tells an agent how to use Moorage well
  --print          show what would be changed, and change nothing
  --yes            do not ask

Writes one entry into each client's file, and a key for each into the keychain
or a file that only you can read. What you added to an entry stays.`,

  async run(given, context) {
    const words = readWords("init", given, FLAGS);
    const place = thisPlace(context.env);
    if (!existsSync(place.home)) throw new SettingError(`the home directory ${place.home} is not there`);
    const jobs = chosen(words.get("client"), place).map((client) => job(client, words, place, context));
    await tryServer(program(context, []));
    if (words.has("print")) return show(jobs, context) ? 0 : 1;
    const issuer = await openIssuer(context, words.get("remote"));
    try {
      return await proposeAndDo(await withKeys(jobs, issuer), issuer, words, context);
    } finally {
      await issuer.close();
    }
  },
};
export default verb;

interface Job extends Entering {
  client: Client;
  /** A moorage init that has left keys. */
  isBrokenOff: boolean;
  isDone: boolean;
  lines: string[];
}

function chosen(names: string | undefined, place: Place): readonly Client[] {
  if (names === undefined) {
    const found = CLIENTS.filter((client) => isInstalled(client, place));
    if (found.length > 0) return found;
    throw new SettingError(
      `no MCP client was found in ${place.home}; name one by --client ${CLIENTS.map(({ name }) => name).join(",")}`,
    );
  }
  return splitList(names).map((name) => {
    const client = CLIENTS.find((one) => one.name === name.toLowerCase());
    if (client !== undefined) return client;
    throw new SettingError(`--client has no "${name}"; choose from ${CLIENTS.map((one) => one.name).join(",")}`);
  });
}

function job(client: Client, words: Words, place: Place, context: VerbContext): Job {
  const readOnly = words.has("read-only") ? ["--read-only"] : [];
  const server = program(context, ["--profile", client.name, ...readOnly]);
  const known = readLedger(locate(configDirOf(context)).config).notes[client.name];
  const plan = planAdd(client, server, place, known?.made);
  const path = words.has("skill") ? skillPath(client.name, place) : undefined;
  const skill = path !== undefined && lacksSkill(path) ? path : undefined;
  // Where a file is in the way, a link would do there what init does not.
  const link = words.has("print") && plan.state !== "problem" ? LINKS[client.name]?.(server) : undefined;
  return {
    client,
    plan,
    skill,
    readOnly: plan.state !== "problem" && plan.entry !== undefined && isReadOnly(plan.entry),
    isBrokenOff: known?.exchange !== undefined,
    isDone: plan.state === "same" && skill === undefined,
    lines: [
      ...describePlan(plan, "its entry is there"),
      ...(plan.state === "edit" && plan.before !== undefined && holdsKey(plan.before) ? [TAKES_KEY_OUT] : []),
      ...(skill === undefined ? [] : [`  and ${existsSync(skill) ? "replaces" : "puts"} the skill ${skill}`]),
      ...(link === undefined ? [] : ["or by this link, once moorage init has made the key:", link]),
    ],
  };
}

/** It may be a person's, or in use elsewhere. */
const TAKES_KEY_OUT = "  and takes the key out of this file; it is not ended: see moorage keys list where it was made";

const LINKS: Readonly<Record<string, (server: ServerCommand) => string>> = { cursor: cursorLink, vscode: vscodeLink };

/** An entry is of use with its key only: one that has ended, or leads elsewhere, is made anew. */
async function withKeys(jobs: readonly Job[], issuer: Issuer): Promise<Job[]> {
  const looked: Job[] = [];
  for (const one of jobs) {
    const { name } = one.client;
    const lacks = isThere(one.plan) && (await lacksKey(issuer, name, one));
    const lines = [
      ...leading(one, lacks, issuer),
      ...(!one.isBrokenOff ? [] : ["  and ends what is left of a moorage init that was broken off"]),
    ];
    looked.push(lines.length === 0 ? one : { ...one, isDone: false, lines: [...one.lines, ...lines] });
  }
  return looked;
}

/** What becomes of a client that has an entry: whether it gets another key, and to which Moorage it leads. */
function leading({ client, plan }: Job, lacks: boolean, { address, configDir }: Issuer): string[] {
  const before = plan.state === "edit" ? plan.before : undefined;
  const from = (before && addressIn(before)) ?? keptAddress({ name: client.name, configDir });
  const here = address ?? "the Moorage of this machine";
  const instead = !isThere(plan) || from === undefined || from === address ? "" : `, instead of ${from}`;
  if (lacks) return [`  and gets a new key, for ${here}${instead}`];
  return instead === "" ? [] : [`  and leads to ${here}${instead}`];
}

const isThere = (plan: Plan) => plan.state === "same" || (plan.state === "edit" && plan.before !== undefined);

/** False where one of the files is in the way. */
function show(jobs: readonly Job[], { stdout }: VerbContext): boolean {
  printLines(
    stdout,
    jobs.flatMap(({ lines }) => (lines.length === 1 ? lines : [...lines, ""])),
  );
  return jobs.every(({ plan }) => plan.state !== "problem");
}

async function proposeAndDo(jobs: Job[], issuer: Issuer, words: Words, context: VerbContext): Promise<number> {
  const good = show(jobs, context);
  const todo = jobs.filter(({ isDone, plan }) => !isDone && plan.state !== "problem");
  if (todo.length === 0) return good ? 0 : 1;
  if (!(await isAgreed(words, context, todo.length))) {
    printLines(context.stderr, ["Nothing was changed."]);
    return 1;
  }
  const done = await aloneWithClients(locate(configDirOf(context)).config, () => doAll(todo, issuer, context));
  return done && good ? 0 : 1;
}

async function isAgreed(words: Words, context: VerbContext, count: number): Promise<boolean> {
  if (words.has("yes")) return true;
  if (isInteractive(context)) return confirm(context, count === 1 ? "Do this?" : `Do these ${count} things?`);
  throw new SettingError("nobody is there to ask; add --yes to change these files, or --print to only look");
}

/** Each for itself: what fails in one client is said, and the others are done. */
async function doAll(jobs: readonly Job[], issuer: Issuer, context: VerbContext): Promise<boolean> {
  let good = true;
  for (const one of jobs) {
    const say = (lines: readonly string[]) =>
      printLines(
        context.stdout,
        lines.map((line) => `${one.client.title}: ${line}`),
      );
    try {
      say(waitingFor(one.plan));
      say([...(await enter(one, issuer, context)), `done. ${one.client.next}`]);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      good = false;
      printLines(context.stderr, [`${one.client.title}: ${error.message} ${error.hint}`]);
    }
  }
  return good;
}
