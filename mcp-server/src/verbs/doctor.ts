import { locate } from "../backend/embedded/directories.ts";
import { thisPlace } from "../clients/place.ts";
import { inspectClients } from "../doctor/clients.ts";
import { inspectData } from "../doctor/data.ts";
import type { Finding } from "../doctor/finding.ts";
import { inspectKey } from "../doctor/key.ts";
import { inspectNode } from "../doctor/node.ts";
import { inspectAddress } from "../doctor/remote.ts";
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
      ...inspectClients(thisPlace(context.env), context.target.kind),
    ];
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, findings.flatMap(linesOf));
    else printJson(context.stdout, { findings });
    return findings.some(({ state }) => state === "broken") ? 1 : 0;
  },
};
export default verb;

/** What follows needs what comes before: a key is not tried at a door that does not answer. */
async function inspectTarget({ target, backend }: VerbContext): Promise<Finding[]> {
  const node = inspectNode(target.kind);
  if (node.state === "broken") return [node];
  const layers = target.kind === "remote" ? await inspectAddress(target.address) : await inspectData(locate(target));
  // A database that nobody has made yet is not made by looking.
  const isOpen = layers.some(({ check, state }) => (check === "door" || check === "database") && state !== "broken");
  return [node, ...layers, ...(isOpen ? [await inspectKey(backend)] : [])];
}

const MARKS = { ok: "ok     ", warning: "warning", broken: "broken " } as const;

const linesOf = ({ state, message, command }: Finding): string[] => [
  `${MARKS[state]}  ${message}`,
  ...(command === undefined ? [] : [`         ${command}`]),
];
