/** A plan as a person reads it before they agree; `settled` says what it means that there is nothing to do. */
import { quote } from "../shell.ts";
import { diffEntry } from "./diff.ts";
import type { Plan } from "./plan.ts";

export function describePlan(plan: Plan, settled: string): string[] {
  const { title } = plan.client;
  switch (plan.state) {
    case "same":
      return [`${title}: ${settled} (${plan.path}).`];
    case "problem":
      return [`${title}: ${plan.error.message} ${plan.error.hint}`];
    case "run":
      return [`${title}: runs`, `  ${plan.call.map(quote).join(" ")}`];
    case "edit": {
      const { path, real, text } = plan.file;
      const where = path === real ? path : `${path} (a link to ${real})`;
      const does = text === undefined ? "makes" : plan.after === undefined ? "removes" : "changes";
      return [
        `${title}: ${does} ${where}`,
        ...diffEntry(plan.client, plan.before, plan.entry).map((line) => `  ${line}`),
      ];
    }
  }
}
