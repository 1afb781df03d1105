import { locate } from "../backend/embedded/directories.ts";
import { thisPlace } from "../clients/place.ts";
import type { Target } from "../config.ts";
import { inspectClients } from "../doctor/clients.ts";
import { inspectData } from "../doctor/data.ts";
import type { Finding } from "../doctor/finding.ts";
import { inspectKey } from "../doctor/key.ts";
import { inspectNode } from "../doctor/node.ts";
import { inspectAddress } from "../doctor/remote.ts";
import { readProfile } from "../profiles.ts";
import { isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const verb: Verb = {
  usage: `moorage doctor

  --json   print JSON, as where standard output is no terminal

It changes nothing, and ends with exit code 1 when something is broken.`,

  async run(given, context) {
    const words = readWords("doctor", given, { json: "switch" });
    const findings = [
      ...(await inspectTarget(context)),
      ...inspectClients(thisPlace(context.env), needsOf(context.target)),
    ];
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, findings.flatMap(linesOf));
    else printJson(context.stdout, { findings });
    return findings.some(({ state }) => state === "broken") ? 1 : 0;
  },
};
export default verb;

/** What follows needs what comes before: a key is not tried at a door that does not answer. */
async function inspectTarget({ target, backend }: VerbContext): Promise<Finding[]> {
  const node = inspectNode(needsOf(target));
  if (node.state === "broken") return [node];
  const layers =
    target.kind === "embedded" ? await inspectData(locate(target)) : await inspectAddress(await addressOf(target));
  // A database that nobody has made yet is not made by looking.
  const isOpen = layers.some(({ check, state }) => (check === "door" || check === "database") && state !== "broken");
  return [node, ...layers, ...(isOpen ? [await inspectKey(backend)] : [])];
}

const addressOf = async (target: Exclude<Target, { kind: "embedded" }>) =>
  target.kind === "profile" ? (await readProfile(target)).address : target.address;

const needsOf = ({ kind }: Target) => (kind === "embedded" ? "embedded" : "remote");

const MARKS = { ok: "ok     ", warning: "warning", broken: "broken " } as const;

const linesOf = ({ state, message, command }: Finding): string[] => [
  `${MARKS[state]}  ${message}`,
  ...(command === undefined ? [] : [`         ${command}`]),
];
