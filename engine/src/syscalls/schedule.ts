/** `ctx.scheduler`. */
import { type FunctionAddress, type FunctionPath, inComponent, splitPath } from "../runtime/address.ts";
import type { Execution } from "../runtime/execution.ts";
import { type FunctionRegistry, requireVisible } from "../runtime/registry.ts";
import { locateDocument } from "../store/document-id.ts";
import { hasCommitTs, type Transaction } from "../store/transaction.ts";
import { checkValue } from "../values/checks.ts";
import type { Json } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";
import { IN_ACTIONS, IN_MUTATIONS, type Operation } from "./operation.ts";

interface ScheduleArgs extends FunctionAddress {
  /** Seconds. */
  ts: number;
  args: Json;
}

const MAX_DISTANCE_MS = 5 * 366 * 24 * 60 * 60 * 1000;
const MAX_ARGS_BYTES = 4 << 20;

function checkTime(due: number, startedAt: number): void {
  if (!Number.isFinite(due)) throw new Error("Invalid arguments for `scheduler`: the time must be a finite number");
  if (due > startedAt + MAX_DISTANCE_MS) {
    throw new Error(`Scheduled time ${new Date(due).toISOString()} is more than 5 years in the future`);
  }
  if (due < startedAt - MAX_DISTANCE_MS) throw new Error("Scheduled time is more than 5 years in the past");
}

function checkArgs(args: Json, path: string): number {
  checkValue(args, 1);
  if (hasCommitTs(args)) {
    throw new Error(
      `Invalid arguments for "${path}": a scheduled function cannot take an unresolved placeholder value.`,
    );
  }
  const size = sizeOfJson(args);
  if (size > MAX_ARGS_BYTES) {
    throw new Error(
      `Arguments for ${path} are too large (actual: ${size} bytes, limit: ${MAX_ARGS_BYTES} bytes) to be scheduled.`,
    );
  }
  return size;
}

function checkTarget(target: FunctionPath, found: ReturnType<FunctionRegistry["peek"]>): void {
  const { component, path } = target;
  const { module, name } = splitPath(path);
  if (found === "no module") {
    const prefix = component === "" ? "" : `${component} `;
    throw new Error(`Attempted to schedule function at nonexistent path: ${prefix}${module}.js`);
  }
  if (found === "no function") {
    throw new Error(
      `Attempted to schedule function, but no exported function ${name} found in the file: ${module}.js${inComponent(component)}. Did you forget to export it?`,
    );
  }
  if (found === "not loaded") return;
  requireVisible(target, found);
  if (found.kind === "query") {
    throw new Error(`Only mutations and actions can be scheduled. ${path} is a query.`);
  }
}

async function schedule(execution: Execution, args: ScheduleArgs, write: Writing): Promise<string> {
  const { runtime, component, request } = execution;
  const target = runtime.resolve(execution, args);
  checkTarget(target, runtime.components.require(target.component).peek(target.path));
  const size = checkArgs(args.args, target.path);
  // Seconds as a float miss most milliseconds by a hair: what is due is due at the very one that was asked for.
  const due = Math.round(args.ts * 1e6) / 1000;
  const id = await write((tx) => {
    checkTime(due, tx.startedAt);
    execution.meter?.countScheduled(size);
    return runtime.scheduler.schedule(tx, component, target, args.args, due, request.scheduledFunctionId);
  });
  return JSON.stringify(id);
}

type Writing = <T>(work: (tx: Transaction) => T) => T | Promise<T>;

const inOwnTransaction =
  (execution: Execution): Writing =>
  (work) =>
    execution.runtime.store.write(async (tx) => work(tx));

const inCallersTransaction =
  (execution: Execution): Writing =>
  (work) =>
    work(execution.tx as Transaction);

async function cancel(execution: Execution, { id }: { id: string }, write: Writing): Promise<string> {
  if (locateDocument(id) === null) {
    throw new Error("Invalid argument `id` for `db.cancel_job`: Unable to decode ID");
  }
  if (execution.kind === "mutation" && execution.request.scheduledFunctionId === id) {
    throw new Error("A scheduled mutation cannot cancel itself.");
  }
  await write((tx) => execution.runtime.scheduler.cancel(tx, execution.component, id));
  return "null";
}

export const scheduleOperations: Record<string, Operation> = {
  "1.0/schedule": {
    kinds: IN_MUTATIONS,
    run: (execution, args: ScheduleArgs) => schedule(execution, args, inCallersTransaction(execution)),
  },
  "1.0/cancel_job": {
    kinds: IN_MUTATIONS,
    run: (execution, args: { id: string }) => cancel(execution, args, inCallersTransaction(execution)),
  },
  "1.0/actions/schedule": {
    kinds: IN_ACTIONS,
    run: (execution, args: ScheduleArgs) => schedule(execution, args, inOwnTransaction(execution)),
  },
  "1.0/actions/cancel_job": {
    kinds: IN_ACTIONS,
    run: (execution, args: { id: string }) => cancel(execution, args, inOwnTransaction(execution)),
  },
};
