/** Which secrets a deployment may name: those there are, by those who may use them. */
import { AppError } from "@moorage/shared/errors";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireScope } from "../principal.ts";
import { rowsFor } from "../secrets/explain.ts";

export async function requireSecrets(ctx: AuthedMutationCtx, names: readonly string[], agent: string): Promise<void> {
  if (names.length === 0) return;
  requireScope(ctx.principal, "secrets:use");
  for (const name of names)
    if ((await rowsFor(ctx, name, agent)).length === 0)
      throw new AppError("not_found", `The agent "${agent}" has no secret "${name}".`, {
        hint: "secret_set asks a person for it; then call again.",
      });
}
