import { writeFileSync } from "node:fs";
import * as secrets from "@moorage/shared/contracts/secrets";
import { formatSecretName } from "@moorage/shared/secret-name";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { SettingError } from "../../setting-error.ts";
import { confirm, isInteractive } from "../../terminal/ask.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { dotenvLine } from "./dotenv.ts";
import { readAgent } from "./place.ts";

const FORMATS = ["dotenv", "json"] as const;

const verb: Verb = {
  usage: `moorage secret export --format dotenv|json [--agent NAME] [--out FILE]

Every value in the clear, under names that say the level: AGENT_<agent>_<NAME>, AGENT_DEFAULT_<NAME> and <NAME>.
It asks at the terminal first, needs the scope secrets:reveal, and is on record.

  --format         dotenv for .env files, json for one object
  --agent NAME     only what this agent gets, under plain names
  --out FILE       into a new file that only you can read, in place of standard output`,

  async run(given, context) {
    const words = readWords("secret export", given, { format: "value", agent: "value", out: "value" });
    const format = FORMATS.find((known) => known === words.get("format"));
    if (format === undefined) throw new SettingError("say the format: --format dotenv or --format json");
    const agent = readAgent(words);
    const out = words.get("out");
    if (!isInteractive(context)) throw new SettingError("secrets in the clear are for a person at a terminal");
    const where = out ?? "standard output";
    if (
      !(await confirm(
        context,
        `Write every ${agent === undefined ? "value" : `value that ${agent} gets`} in the clear to ${where}?`,
      ))
    )
      return 1;
    const values = await itemsOf(
      pagesOf(context.backend, secrets.export, agent === undefined ? {} : { agent }),
      (page) => page.values,
    );
    const named = values.map((value): [string, string] => [
      agent === undefined ? formatSecretName(value) : value.name,
      value.value,
    ]);
    const names = named.map(([name]) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined)
      throw new SettingError(
        `two secrets would be called ${twice} in the file, and one of them be lost; export each by --agent, or delete one`,
      );
    const text =
      format === "json" ? `${JSON.stringify(Object.fromEntries(named), null, 2)}\n` : named.map(dotenvLine).join("");
    if (out === undefined) context.stdout.write(text);
    else writeNew(out, text);
    return 0;
  },
};
export default verb;

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new SettingError(`${path} cannot be written as a new file (${(error as NodeJS.ErrnoException).code})`);
  }
}
