import { SettingError } from "../../setting-error.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import { FILE_BYTES } from "../../transfer/files.ts";
import { drained, Parts } from "../../transfer/parts.ts";
import { progressOn } from "../../transfer/progress.ts";
import { EXPORT_FORMATS, exported, MARKDOWN_BYTES, MARKDOWN_HEAD } from "../../transfer/write.ts";
import type { Verb } from "../../verb.ts";
import { readAgent } from "../secret/place.ts";

const verb: Verb = {
  usage: `moorage memory export [--format jsonl|markdown] [--agent NAME] [--out FILE]

Every memory and every log entry, as moorage memory import takes them back. Secrets are not part of it.

  --format         jsonl (default), or markdown to read
  --agent NAME     only what is this agent's
  --out FILE       into a new file that only you can read, in place of standard output; Markdown beyond 4 MB goes into
                   FILE-2 and so on, which import reads when it is given their folder`,

  async run(given, context) {
    const words = readWords("memory export", given, { format: "value", agent: "value", out: "value" });
    const named = words.get("format") ?? "jsonl";
    const format = EXPORT_FORMATS.find((known) => known === named);
    if (format === undefined)
      throw new SettingError(`--format has no "${named}"; choose from ${EXPORT_FORMATS.join(", ")}`);
    const agent = readAgent(words);
    const out = words.get("out");
    const progress = progressOn(context.stderr);
    const division = format === "markdown" ? { maxBytes: MARKDOWN_BYTES, head: MARKDOWN_HEAD } : undefined;
    const parts = out === undefined ? undefined : new Parts(out, division);
    const told = { entries: 0, bytes: 0 };
    for await (const { text, entries } of exported(context.backend, format, agent)) {
      if (parts !== undefined) await parts.write(text);
      else if (!context.stdout.write(text)) await drained(context.stdout);
      told.entries += entries;
      told.bytes += Buffer.byteLength(text);
      progress.at(`${told.entries} entries`);
    }
    progress.end();
    if (parts !== undefined) {
      await parts.end();
      const count = `${told.entries} ${told.entries === 1 ? "entry" : "entries"}`;
      printLines(context.stderr, [`Wrote ${count} to ${parts.paths.join(", ")}.`]);
    } else if (format === "markdown" && told.bytes > FILE_BYTES) {
      printLines(context.stderr, ["This is more than an import reads of one Markdown file: --out divides it."]);
    }
    return 0;
  },
};
export default verb;
