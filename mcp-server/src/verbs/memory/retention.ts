import * as memory from "@moorage/shared/contracts/memory";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords, type Words } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const FLAGS = { logs: "logDays", past: "pastDays", expired: "expiredDays" } as const;

const verb: Verb = {
  usage: `moorage memory retention [--logs DAYS] [--past DAYS] [--expired DAYS]

Says how many days are kept, or sets it; forever is a number of days, too. What is older goes within a day.

  --logs DAYS      entries of daily logs
  --past DAYS      what memories said before an update, and those that were superseded
  --expired DAYS   memories whose end has come
  --json           print JSON, as where standard output is no terminal`,

  async run(given, { backend, ...context }) {
    const flags = { logs: "value", past: "value", expired: "value", json: "switch" } as const;
    const words = readWords("memory retention", given, flags);
    const changes = changesOf(words);
    const isChange = Object.keys(changes).length > 0;
    const kept = isChange ? await backend.call(memory.setRetention, changes) : await backend.call(memory.retention, {});
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, kept);
    else
      printLines(
        context.stdout,
        tableLines(
          ["KEPT", "DAYS"],
          Object.entries(FLAGS).map(([name, field]) => [name, `${kept[field] ?? "forever"}`]),
        ),
      );
    return 0;
  },
};
export default verb;

function changesOf(words: Words): Partial<Record<(typeof FLAGS)[keyof typeof FLAGS], number | null>> {
  const named = Object.entries(FLAGS).flatMap(([flag, field]) => {
    const text = words.get(flag);
    return text === undefined ? [] : [[field, text === "forever" ? null : daysOf(flag, text)]];
  });
  return Object.fromEntries(named);
}

function daysOf(flag: string, text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new SettingError(`--${flag} must be a number of days, or forever`);
}
