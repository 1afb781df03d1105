import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { SettingError } from "../../setting-error.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import { progressOn } from "../../transfer/progress.ts";
import { EXPORT_FORMATS, exported } from "../../transfer/write.ts";
import type { Verb } from "../../verb.ts";
import { readAgent } from "../secret/place.ts";

const verb: Verb = {
  usage: `moorage memory export [--format jsonl|markdown] [--agent NAME] [--out FILE]

Every memory and every log entry, as moorage memory import takes them back. Secrets are not part of it.

  --format         jsonl (default), or markdown to read
  --agent NAME     only what is this agent's
  --out FILE       into a new file that only you can read, in place of standard output`,

  async run(given, context) {
    const words = readWords("memory export", given, { format: "value", agent: "value", out: "value" });
    const named = words.get("format") ?? "jsonl";
    const format = EXPORT_FORMATS.find((known) => known === named);
    if (format === undefined)
      throw new SettingError(`--format has no "${named}"; choose from ${EXPORT_FORMATS.join(", ")}`);
    const agent = readAgent(words);
    const out = words.get("out");
    const progress = progressOn(context.stderr);
    const file = out === undefined ? undefined : await openNew(out);
    const output = file ?? context.stdout;
    let count = 0;
    for await (const { text, entries } of exported(context.backend, format, agent)) {
      if (!output.write(text)) await drained(output);
      count += entries;
      progress.at(`${count} entries`);
    }
    progress.end();
    if (file !== undefined) {
      file.end();
      await finished(file);
      printLines(context.stderr, [`Wrote ${count} ${count === 1 ? "entry" : "entries"} to ${out}.`]);
    }
    return 0;
  },
};
export default verb;

async function openNew(path: string) {
  const file = createWriteStream(path, { mode: 0o600, flags: "wx" });
  await new Promise<void>((resolve, reject) => {
    file.once("open", () => resolve());
    file.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new SettingError(`${path} cannot be written as a new file (${code})`)),
    );
  });
  return file;
}

const drained = (output: NodeJS.WritableStream) => new Promise((resolve) => output.once("drain", resolve));
