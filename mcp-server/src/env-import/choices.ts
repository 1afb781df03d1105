/** Which file counts where several disagree about a name, as a person chose it. */
import { resolve } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import type { Plan, Planned } from "./plan.ts";

/** Stays in its files. */
const KEEP = "keep";

/** A secret to copy, and the file whose value it gets. */
export interface Chosen {
  secret: Planned;
  file: string;
  digest: string;
}

/** `VARIABLE=FILE` or `VARIABLE=keep`, added to what was chosen before. */
export function readChoices(given: readonly string[], plan: Plan, { reach }: ImportContext): Plan["choices"] {
  const choices = { ...plan.choices };
  for (const text of given) {
    const at = text.indexOf("=");
    const [variable, choice] = [text.slice(0, at), text.slice(at + 1)];
    const secret = plan.secrets.find((one) => one.variable === variable);
    if (at === -1 || secret === undefined)
      throw new AppError("invalid_input", "choices: each is VARIABLE=FILE or VARIABLE=keep, of a variable of the plan");
    const file = choice === KEEP ? KEEP : resolve(reach.cwd, choice);
    if (file !== KEEP && !secret.found.some((one) => one.file === file))
      throw new AppError(
        "invalid_input",
        `choices: ${variable} is not in that file; it is in ${filesOf(secret, reach.cwd)}`,
      );
    // `__proto__` is a name like any other here.
    Object.defineProperty(choices, variable, { value: file, enumerable: true, configurable: true, writable: true });
  }
  return choices;
}

/** Everything that is to be copied; refused while a choice is missing. */
export function choose({ secrets, choices }: Plan, { reach }: ImportContext): Chosen[] {
  return secrets.flatMap((secret) => {
    const choice = Object.hasOwn(choices, secret.variable) ? choices[secret.variable] : undefined;
    if (choice === KEEP) return [];
    if (choice === undefined && new Set(secret.found.map(({ digest }) => digest)).size > 1)
      throw new AppError(
        "invalid_input",
        `choices: ${secret.variable} is not the same in ${filesOf(secret, reach.cwd)}; ask the user which counts`,
        { hint: `Add to choices "${secret.variable}=FILE" with that file, or "${secret.variable}=keep" to leave it.` },
      );
    const { file, digest } = secret.found.find((one) => one.file === choice) ?? secret.found[0]!;
    return [{ secret, file, digest }];
  });
}

const filesOf = ({ found }: Planned, cwd: string) => found.map(({ file }) => shown(file, cwd)).join(", ");
