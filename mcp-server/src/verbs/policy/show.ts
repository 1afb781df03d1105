import type { Policy } from "@moorage/shared/approval";
import { isForPeople, printJson } from "../../terminal/print.ts";
import type { VerbContext } from "../../verb.ts";

export const MEANING: Readonly<Record<Policy, string>> = {
  client: "whoever asked may say yes, after their program has asked a person; so may a key with the scope approve",
  owner: "only a key with the scope approve says yes, and never the one that asked",
};

export function showPolicy(context: VerbContext, answer: { policy: Policy }, asksJson: boolean): void {
  const { policy } = answer;
  if (isForPeople(context, asksJson)) context.stdout.write(`${policy}: ${MEANING[policy]}\n`);
  else printJson(context.stdout, answer);
}
