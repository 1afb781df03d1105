import { resolve } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import type { Backend } from "../backend/types.ts";
import { endsSoon } from "../clients/key-end.ts";
import { broken, type Finding, ok, type Remedy, warning } from "./finding.ts";

export interface Remedies {
  /** Gets another key. */
  renewal: Remedy;
  /** Where the key is not what is wrong. */
  backend: Remedy;
}

/** The key with which this command calls: is it good, what may it do, how long. */
export async function inspectKey(backend: Backend, remedies: Remedies, now = Date.now()): Promise<Finding> {
  const { renewal } = remedies;
  try {
    const { scopes, expiresAt } = await backend.call(resolve, {});
    const may = `The key may ${scopes.join(", ")}`;
    if (expiresAt === undefined) return ok("key", `${may}.`);
    const until = `until ${new Date(expiresAt).toISOString()}`;
    if (!endsSoon(expiresAt, now)) return ok("key", `${may} ${until}.`);
    return warning("key", `${may}, but only ${until}.`, renewal);
  } catch (error) {
    const failure = error instanceof AppError ? error : new AppError("internal", undefined, { cause: error });
    const { code, message, hint } = failure;
    if (code === "unauthenticated") {
      return broken("key", "The key is not valid: unknown, expired or revoked.", renewal);
    }
    // What is wrong with the keys themselves.
    if (code === "setup") return broken("key", message, renewal);
    return broken("backend", `${message} ${hint}`, remedies.backend);
  }
}
