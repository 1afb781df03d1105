import type { Execution } from "../runtime/execution.ts";
import type { Meter } from "../runtime/meter.ts";
import type { Transaction } from "../store/transaction.ts";

/** The transaction of a query or mutation, with what it may still use. */
export function transactionOf(execution: Execution): { tx: Transaction; meter: Meter } {
  const { tx, meter } = execution;
  if (tx === undefined || meter === undefined) throw new Error("This operation needs a query or a mutation.");
  return { tx, meter };
}
