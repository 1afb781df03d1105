import { locate } from "../backend/embedded/directories.ts";
import { thisPlace } from "../clients/place.ts";
import type { Target } from "../config.ts";
import { inspectClients } from "../doctor/clients.ts";
import { inspectData } from "../doctor/data.ts";
import type { Finding } from "../doctor/finding.ts";
import { inspectKey } from "../doctor/key.ts";
import { inspectNode } from "../doctor/node.ts";
import { inspectAddress } from "../doctor/remote.ts";
import { findProfile } from "../profiles.ts";
import { isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const verb: Verb = {
  usage: `moorage doctor

  --json   print JSON, as where standard output is no terminal

It changes nothing, and ends with exit code 1 when something is broken.`,

  async run(given, context) {
    const words = readWords("doctor", given, { json: "switch" });
    const address = addressOf(context.target);
    const findings = [
      ...(await inspectTarget(context, address)),
      ...(await inspectClients(thisPlace(context.env), needsOf(address))),
    ];
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, findings.flatMap(linesOf));
    else printJson(context.stdout, { findings });
    return findings.some(({ state }) => state === "broken") ? 1 : 0;
  },
};
export default verb;

/** What follows needs what comes before: a key is not tried at a door that does not answer. */
async function inspectTarget(context: VerbContext, address: string | undefined): Promise<Finding[]> {
  const node = inspectNode(needsOf(address));
  if (node.state === "broken") return [node];
  const { target, backend } = context;
  const layers =
    address === undefined
      ? await inspectData(locate(target.kind === "remote" ? {} : target))
      : await inspectAddress(address);
  // A database that nobody has made yet is not made by looking.
  const isOpen = layers.some(({ check, state }) => (check === "door" || check === "database") && state !== "broken");
  return [node, ...layers, ...(isOpen ? [await inspectKey(backend)] : [])];
}

/** Undefined for the database of this machine. */
const addressOf = (target: Target) => (target.kind === "remote" ? target.address : undefined) ?? profileAddress(target);
const profileAddress = (target: Target) => (target.kind === "profile" ? findProfile(target)?.address : undefined);

const needsOf = (address: string | undefined) => (address === undefined ? "embedded" : "remote");

const MARKS = { ok: "ok     ", warning: "warning", broken: "broken " } as const;

const linesOf = ({ state, message, command }: Finding): string[] => [
  `${MARKS[state]}  ${message}`,
  ...(command === undefined ? [] : [`         ${command}`]),
];
