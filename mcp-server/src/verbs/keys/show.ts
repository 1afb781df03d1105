/** A key that was made a moment ago: the only time that it is seen. */
import type { ResultOf } from "@moorage/shared/contract";
import type { create } from "@moorage/shared/contracts/keys";
import { isForPeople, moment, printJson, printLines } from "../../terminal/print.ts";
import type { VerbContext } from "../../verb.ts";

/** The key alone goes to standard output, so that it can be piped to `moorage login` or a password manager. */
export function showKey(context: VerbContext, made: ResultOf<typeof create>, asksJson: boolean): void {
  const { stdout, stderr } = context;
  if (!isForPeople(context, asksJson)) {
    printJson(stdout, made);
    return;
  }
  const { id, name, scopes, agent, networks, expiresAt } = made.key;
  stdout.write(`${made.text}\n`);
  printLines(stderr, [
    `Key ${id}, "${name}", may: ${scopes.join(", ")}`,
    ...(agent === undefined ? [] : [`It acts as the agent ${agent} alone.`]),
    ...(networks === undefined ? [] : [`It works from ${networks.join(", ")} alone.`]),
    ...(expiresAt === undefined ? [] : [`It works until ${moment(expiresAt)}.`]),
    "It is shown this once: keep it now.",
  ]);
}
