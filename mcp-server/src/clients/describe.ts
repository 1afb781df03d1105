/** A plan as a person reads it before they agree; `settled` says what it means that there is nothing to do. */
import type { Plan } from "./plan.ts";

export function describePlan(plan: Plan, settled: string): string[] {
  const { title } = plan.client;
  switch (plan.state) {
    case "same":
      return [`${title}: ${settled} (${plan.path}).`];
    case "problem":
      return [`${title}: ${plan.error.message} ${plan.error.hint}`];
    case "run":
      return [`${title}: runs`, ...plan.commands.map((command) => `  ${command.map(quote).join(" ")}`)];
    case "edit": {
      const { path, real, text } = plan.file;
      const where = path === real ? path : `${path} (a link to ${real})`;
      const lines = plan.diff.split("\n").map((line) => `  ${line.replaceAll("\t", "  ")}`);
      return [`${title}: ${text === undefined ? "makes" : "changes"} ${where}`, ...lines];
    }
  }
}

/** As a shell reads it. */
const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
