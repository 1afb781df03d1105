import { AppError } from "@moorage/shared/errors";
import { locate } from "../backend/embedded/directories.ts";
import { CLIENTS } from "../clients/clients.ts";
import { configDirOf } from "../clients/keys.ts";
import { thisPlace } from "../clients/place.ts";
import type { Target } from "../config.ts";
import { inspectClients, mending } from "../doctor/clients.ts";
import { inspectData, RESTORE } from "../doctor/data.ts";
import { broken, type Finding } from "../doctor/finding.ts";
import { inspectKey } from "../doctor/key.ts";
import { inspectNode } from "../doctor/node.ts";
import { inspectAddress } from "../doctor/remote.ts";
import { addressMeant, inspectSettings } from "../doctor/settings.ts";
import { addressOf, needsOf } from "../doctor/target.ts";
import { findProfile } from "../profiles.ts";
import { quote } from "../shell.ts";
import { folded, isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const verb: Verb = {
  usage: `moorage doctor

  --json   print JSON, as where standard output is no terminal

It changes nothing, and ends with exit code 1 when something is broken.`,

  async run(given, context) {
    const words = readWords("doctor", given, { json: "switch" });
    const lost = inspectProfile(context.target);
    const address = lost === undefined ? (addressMeant(context) ?? addressOf(context.target)) : undefined;
    const findings = [
      ...inspectSettings(context),
      ...(await inspectTarget(context, address, lost)),
      ...(await inspectClients(thisPlace(context.env), locate(configDirOf(context)).config, address)),
    ];
    if (isForPeople(context, words.has("json"))) {
      // A terminal that nobody has told its size says 0.
      const columns = context.stdout.columns || 80;
      printLines(
        context.stdout,
        findings.flatMap((finding) => linesOf(finding, columns)),
      );
    } else printJson(context.stdout, { findings });
    return findings.some(({ state }) => state === "broken") ? 1 : 0;
  },
};
export default verb;

/** What follows needs what comes before: a key is not tried at a door that does not answer. */
async function inspectTarget(
  { target, backend }: VerbContext,
  address: string | undefined,
  lost: Finding | undefined,
): Promise<Finding[]> {
  const node = inspectNode(needsOf(address));
  if (node.state === "broken") return [node];
  if (lost !== undefined) return [node, lost];
  // An address from settings that are at fault: there is no key for it.
  if (target.kind === "embedded" && address !== undefined) return [node, ...(await inspectAddress(address))];
  const layers =
    address === undefined ? await inspectData(target.kind === "remote" ? {} : target) : await inspectAddress(address);
  // A database that nobody has made yet is not made by looking.
  const isOpen = layers.some(({ check, state }) => (check === "door" || check === "database") && state !== "broken");
  return [node, ...layers, ...(isOpen ? [await inspectKey(backend, renewal(target, address))] : [])];
}

/** A profile that is to be used, and is not there or says nothing. */
function inspectProfile(target: Target): Finding | undefined {
  if (target.kind !== "profile") return undefined;
  const login = `moorage login --url ADDRESS --profile ${target.name}`;
  try {
    return findProfile(target) === undefined
      ? broken("key", `There is no profile "${target.name}".`, login)
      : undefined;
  } catch (error) {
    if (error instanceof AppError) return broken("key", error.message, login);
    throw error;
  }
}

/** How to get another key in the place of one that has ended. */
function renewal(target: Target, address: string | undefined): string {
  if (target.kind === "embedded") return RESTORE;
  const profile = target.kind === "profile" ? ` --profile ${target.name}` : "";
  const client = CLIENTS.find(({ name }) => target.kind === "profile" && name === target.name);
  // A client's profile is for a key that init makes: by a log-in, its agent would have a person's.
  if (client !== undefined) return mending(client, address, target);
  return address === undefined ? `moorage logout${profile}` : `moorage login --url ${quote(address)}${profile}`;
}

const MARKS = { ok: "ok     ", warning: "warning", broken: "broken " } as const;

const linesOf = ({ state, message, command }: Finding, columns: number): string[] => [
  ...folded(`${MARKS[state]}  ${message}`, columns, INDENT),
  ...(command === undefined ? [] : [`${INDENT}${command}`]),
];
const INDENT = " ".repeat(9);
