import { lineProblem, PROJECT_CHARS } from "@moorage/shared/line";
import { SettingError } from "../../setting-error.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords, type Words } from "../../terminal/words.ts";
import { FORMATS } from "../../transfer/formats/index.ts";
import type { Problem } from "../../transfer/found.ts";
import { type Gathered, gather, type Options } from "../../transfer/gather.ts";
import { progressOn } from "../../transfer/progress.ts";
import { foresee, type Sent, send } from "../../transfer/send.ts";
import type { Verb } from "../../verb.ts";
import { readAgent } from "../secret/place.ts";

const names = FORMATS.map(({ name }) => name);
const width = Math.max(...names.map((name) => name.length));

const verb: Verb = {
  usage: `moorage memory import PATH [--format NAME] [--agent NAME] [--project NAME] [--dry-run] [--restore]

Brings in what another tool remembered, from a file or a folder. Bringing in the same again changes nothing, but for
what was deleted since. What holds a secret is left out and named by file and line. It waits for moorage memory review
before a session's start shows it.

  --format NAME    in place of a guess, one of:
${FORMATS.map(({ name, title }) => `                     ${name.padEnd(width)}  ${title}`).join("\n")}
  --agent NAME     whose memory it becomes (default: as the file says, else the default agent)
  --project NAME   the project it belongs to
  --dry-run        say what there is, and change nothing
  --restore        the file is a backup of your own: who wrote what, and what was approved, is believed`,

  async run(given, context) {
    const flags = {
      format: "value",
      agent: "value",
      project: "value",
      "dry-run": "switch",
      restore: "switch",
    } as const;
    const words = readWords("memory import", given, flags, ["PATH"]);
    const progress = progressOn(context.stderr);
    const gathered = await gather(words.places[0]!, readOptions(words));
    if (words.has("dry-run")) {
      const refused = await foresee(gathered, context.backend);
      const left = refused.length === 0 ? "" : `, without the ${count(refused.length, "entry", "entries")} named below`;
      printLines(context.stdout, [`Would bring in ${summary(gathered)}${left}; nothing was changed.`]);
      return report(context.stderr, [...gathered.problems, ...refused]);
    }
    const total = gathered.memories.length + gathered.versions.length + gathered.logs.length;
    const sent = await send(gathered, {
      backend: context.backend,
      restore: words.has("restore"),
      progress: (done) => progress.at(`${done} of ${total}`),
    }).finally(() => progress.end());
    printLines(context.stdout, [outcome(gathered, sent)]);
    return report(context.stderr, [...gathered.problems, ...sent.refused]);
  },
};
export default verb;

function readOptions(words: Words): Options {
  const named = words.get("format");
  const format = FORMATS.find(({ name }) => name === named);
  if (named !== undefined && format === undefined) {
    throw new SettingError(`--format has no "${named}"; choose from ${names.join(", ")}`);
  }
  const agent = readAgent(words);
  const project = words.get("project");
  const problem = project === undefined ? undefined : lineProblem(project, PROJECT_CHARS);
  if (problem !== undefined) throw new SettingError(`--project ${problem}`);
  return {
    ...(format === undefined ? {} : { format }),
    ...(agent === undefined ? {} : { agent }),
    ...(project === undefined ? {} : { project }),
  };
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

function summary({ memories, versions, logs, files }: Omit<Gathered, "problems">): string {
  const from = [...files].map(([format, number]) => `${number} of ${format}`).join(", ");
  const total = [...files.values()].reduce((sum, number) => sum + number, 0);
  return `${things(memories.length, versions.length, logs.length)} from ${count(total, "file", "files")} (${from})`;
}

function things(memories: number, versions: number, logs: number): string {
  const earlier = versions === 0 ? "" : `, ${count(versions, "earlier version", "earlier versions")}`;
  return `${count(memories, "memory", "memories")}${earlier} and ${count(logs, "log entry", "log entries")}`;
}

function outcome({ files }: Gathered, { memories, versions, logs, existing }: Sent): string {
  const there = existing === 0 ? "" : `; ${existing} ${existing === 1 ? "was" : "were"} there already`;
  const total = [...files.values()].reduce((sum, number) => sum + number, 0);
  return `Brought in ${things(memories, versions, logs)} from ${count(total, "file", "files")}${there}.`;
}

/** Where and why, never what: a line that was left out may hold a secret. */
function report(output: NodeJS.WritableStream, problems: readonly Problem[]): number {
  if (problems.length === 0) return 0;
  const lines = problems.map(({ place: { file, line }, why }) => `  ${file}${line > 0 ? `:${line}` : ""}: ${why}`);
  printLines(output, [`Left out (${problems.length}):`, ...lines]);
  return 1;
}
