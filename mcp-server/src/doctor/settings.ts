/** Settings by which nothing can be reached. They keep the rest from being looked at no more than any other finding. */
import { readAddress } from "../config.ts";
import { SettingError } from "../setting-error.ts";
import type { VerbContext } from "../verb.ts";
import { broken, type Finding } from "./finding.ts";

export const inspectSettings = ({ faults = [] }: Pick<VerbContext, "faults">): Finding[] =>
  faults.map(({ message, variables }) => broken("settings", `${message}.`, unset(variables)));

/** Without them it is the Moorage of this machine. */
const unset = (variables: readonly string[]) =>
  process.platform === "win32"
    ? `Remove-Item ${variables.map((name) => `Env:${name}`).join(", ")} -ErrorAction Ignore`
    : `unset ${variables.join(" ")}`;

/** The Moorage that is meant all the same, though there is no key to show there. */
export function addressMeant({ faults = [], env }: Pick<VerbContext, "faults" | "env">): string | undefined {
  if (faults.length === 0) return undefined;
  try {
    return readAddress(env["MOORAGE_URL"]?.trim() ?? "", "MOORAGE_URL");
  } catch (error) {
    if (error instanceof SettingError) return undefined;
    throw error;
  }
}
