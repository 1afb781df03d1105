import { locate } from "../backend/embedded/directories.ts";
import { configDirOf } from "../clients/keys.ts";
import { thisPlace } from "../clients/place.ts";
import type { Target } from "../config.ts";
import { inspectClients } from "../doctor/clients.ts";
import type { Finding } from "../doctor/finding.ts";
import { inspectHome } from "../doctor/home.ts";
import { inspectTarget } from "../doctor/inspect-target.ts";
import { inspectSettings } from "../doctor/settings.ts";
import { ownLine } from "../person/command-line.ts";
import { folded, isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";

const verb: Verb = {
  usage: `moorage doctor

  --json   print JSON, as where standard output is no terminal

It changes nothing, and ends with exit code 1 when something is broken.`,

  async run(given, context) {
    const words = readWords("doctor", given, { json: "switch" });
    const place = thisPlace(context.env);
    const { address, findings: own } = await inspectTarget(context);
    const found = [
      ...inspectSettings(context),
      ...own,
      ...inspectHome(place),
      ...(await inspectClients(place, locate(configDirOf(context)).config, address)),
    ];
    const findings = found.map((finding) => printable(finding, context.target));
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

type Printable = Finding & { command?: string };

function printable({ command, ...finding }: Finding, target: Target): Printable {
  if (command === undefined) return finding;
  return { ...finding, command: typeof command === "string" ? command : ownLine(target, command) };
}

const MARKS = { ok: "ok     ", warning: "warning", broken: "broken " } as const;

const linesOf = ({ state, message, command }: Printable, columns: number): string[] => [
  ...folded(`${MARKS[state]}  ${message}`, columns, INDENT),
  ...(command === undefined ? [] : [`${INDENT}${command}`]),
];
const INDENT = " ".repeat(9);
