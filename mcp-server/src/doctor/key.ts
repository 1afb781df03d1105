import { resolve } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import type { Backend } from "../backend/types.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

const SOON_MS = 14 * 86_400_000;

/** The key with which this command calls: is it good, what may it do, how long. `renewal` gets another. */
export async function inspectKey(backend: Backend, renewal: string, now = Date.now()): Promise<Finding> {
  try {
    const { scopes, expiresAt } = await backend.call(resolve, {});
    const may = `The key may ${scopes.join(", ")}`;
    if (expiresAt === undefined) return ok("key", `${may}.`);
    const until = `until ${new Date(expiresAt).toISOString()}`;
    if (expiresAt - now > SOON_MS) return ok("key", `${may} ${until}.`);
    return warning("key", `${may}, but only ${until}.`, renewal);
  } catch (error) {
    const { code, message } = error instanceof AppError ? error : new AppError("internal", undefined, { cause: error });
    if (code === "unauthenticated") {
      return broken("key", "The key is not valid: unknown, expired or revoked.", renewal);
    }
    // What is wrong with the keys themselves; anything else may have passed when it is tried again.
    return broken("key", message, code === "setup" ? renewal : "moorage doctor");
  }
}
