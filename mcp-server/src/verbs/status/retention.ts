import * as jobs from "@moorage/shared/contracts/jobs";
import { KEPT, type Kept } from "@moorage/shared/jobs";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const FLAGS = Object.fromEntries(KEPT.map((what) => [what, "value"])) as Record<Kept, "value">;

const verb: Verb = {
  usage: `moorage status retention [--events DAYS] [--logs DAYS] …

Says how many days are kept, or sets it. What is older goes within a day; memories have a retention of their own.

  --events DAYS           what happened to deployments
  --logs DAYS             log lines that servers sent
  --configurations DAYS   configurations far behind the wanted one, and those of servers that are gone
  --runs DAYS             what jobs did, and messages to the webhook
  --alerts DAYS           alerts that were acknowledged or are over
  --json                  print JSON, as where standard output is no terminal`,

  async run(given, { backend, ...context }) {
    const words = readWords("status retention", given, { ...FLAGS, json: "switch" });
    const changes = KEPT.flatMap((what) => {
      const text = words.get(what);
      return text === undefined ? [] : [[what, daysOf(what, text)]];
    });
    const kept =
      changes.length > 0
        ? await backend.call(jobs.setRetention, Object.fromEntries(changes))
        : await backend.call(jobs.retention, {});
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, kept);
    else {
      const rows = KEPT.map((what) => [what, `${kept[what]}`]);
      printLines(context.stdout, tableLines(["KEPT", "DAYS"], rows));
    }
    return 0;
  },
};
export default verb;

function daysOf(flag: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new SettingError(`--${flag} must be a number of days`);
}
