import type { Contract } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";

/** What a backend answered, held to the contract. Fields that a newer one adds are left out; anything else is refused. */
export function acceptResult(contract: Contract, answer: unknown): unknown {
  const first = contract.result.safeParse(answer);
  if (first.success) return first.data;
  for (const issue of first.error.issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const holder = issue.path.reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], answer);
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  const second = contract.result.safeParse(answer);
  if (second.success) return second.data;
  const where = second.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new AppError("upstream_down", undefined, {
    cause: new Error(`${contract.path} broke its contract at ${where}`),
  });
}
