import { valuesOf } from "../completion.ts";
import { onDay } from "../log-day.ts";
import type { Prompt } from "../prompt.ts";
import logRead from "../tools/memory/log-read.ts";

export default {
  name: "daily_wrapup",
  title: "Wrap up the day",
  description: "Sums up a day's log and keeps what should last.",
  arguments: {
    agent: { description: "whose log; everyone's when left out", complete: valuesOf("logAgent") },
    day: { description: "YYYY-MM-DD; today when left out", complete: valuesOf("day") },
  },
  text:
    "Wrap up this day. Below is its log so far. Compare it with what was done in this conversation, and note what is " +
    "missing with memory_log_append. Save what later sessions need, decisions, preferences and facts, with memory_add, " +
    "one to an entry; memory_search first whether it is known already, and correct what has changed with " +
    "memory_update. Leave out secrets. Then sum the day up in a few lines: done, decided, open.",
  tool: logRead,
  read: ({ agent, day }, today) => ({
    ...(agent === undefined ? {} : { agent }),
    ...onDay(day ?? today),
  }),
} satisfies Prompt;
