import type { Execution } from "../runtime/execution.ts";
import type { Meter } from "../runtime/meter.ts";
import type { Transaction } from "../store/transaction.ts";

/** The transaction of a query or mutation, with what it may still use. */
export function transactionOf(execution: Execution): { tx: Transaction; meter: Meter } {
  const { tx, meter } = execution;
  if (tx === undefined || meter === undefined) throw new Error("This operation needs a query or a mutation.");
  // The transaction cannot succeed any more, and may not even be there: what is written now would stay.
  if (tx.connection.failure !== undefined) throw tx.connection.failure;
  return { tx, meter };
}
