/** One run of one scheduled function, with the guarantees Convex gives: mutations exactly once, actions at most once. */
import { EngineError } from "../errors.ts";
import { describeFailure } from "../http/function-error.ts";
import type { RegisteredFunction } from "../runtime/registry.ts";
import type { Call, Runtime } from "../runtime/runtime.ts";
import type { Transaction } from "../store/transaction.ts";
import { argsOf, findJob, type Job, type JobState, markDone, markInProgress, type PendingJob } from "./jobs.ts";

interface Reporting {
  newCall(scheduledFunctionId: string): Call;
  onError(error: unknown, info: { id: string; path: string }): void;
}

/** Jobs begin in the order in which they are due, however long each takes to be found and its module to be loaded. */
interface Turn {
  /** Resolves when those before have begun, or failed to. */
  readonly come: Promise<void>;
  pass(): void;
}

/** It was canceled, or has run, since it was armed. */
class NotPending extends Error {}

function requirePending(tx: Transaction, { id, rowId }: PendingJob): Job {
  const job = findJob(tx.connection, id, rowId);
  if (job?.state !== "pending") throw new NotPending();
  return job;
}

const failure = (error: unknown): JobState => ({ kind: "failed", error: describeFailure(error) });

/** The job's state changes in the mutation's own transaction: it commits with what the mutation did, or not at all. */
async function runMutation(runtime: Runtime, fn: RegisteredFunction, job: Job, args: string, call: Call) {
  await runtime.runMutation(fn, args, call, {
    before: (tx) => markInProgress(tx, requirePending(tx, job)),
    after: (tx) => markDone(tx, job, { kind: "success" }),
  });
}

/** What has begun is not run again, even if the engine itself failed under it. */
function failsForGood(error: unknown): never {
  if (error instanceof EngineError && error.code !== "closed") throw new Error(error.message, { cause: error });
  throw error;
}

async function runAction(runtime: Runtime, fn: RegisteredFunction, job: Job, args: string, call: Call) {
  await runtime.store.write(async (tx) => markInProgress(tx, requirePending(tx, job)));
  await runtime.call(fn, args, call).catch(failsForGood);
  await runtime.store.write(async (tx) => markDone(tx, job, { kind: "success" }));
}

async function execute(runtime: Runtime, job: Job, args: string, call: Call, turn: Turn): Promise<void> {
  const fn = await runtime.findForCall(job.target, undefined, false);
  if (fn.kind === "query") throw new Error("Queries cannot be scheduled.");
  runtime.checkArgs(fn, args);
  await turn.come;
  const run = (fn.kind === "mutation" ? runMutation : runAction)(runtime, fn, job, args, call);
  turn.pass();
  await run;
}

/** Rejects with an EngineError only: then the job is still to be run. */
export async function runJob(runtime: Runtime, pending: PendingJob, reporting: Reporting, turn: Turn): Promise<void> {
  try {
    await runInTurn(runtime, pending, reporting, turn);
  } finally {
    turn.pass();
  }
}

async function runInTurn(runtime: Runtime, pending: PendingJob, reporting: Reporting, turn: Turn): Promise<void> {
  const { store } = runtime;
  const found = await store.read(async (tx) => {
    const job = findJob(tx.connection, pending.id, pending.rowId);
    return job?.state === "pending" ? { job, args: argsOf(tx, job) } : null;
  });
  if (found === null) return;
  const { job, args } = found;
  try {
    await execute(runtime, job, args, reporting.newCall(job.id), turn);
  } catch (error) {
    if (error instanceof NotPending) return;
    if (error instanceof EngineError) throw error;
    await store.write(async (tx) => markDone(tx, job, failure(error)));
    reporting.onError(error, { id: job.id, path: job.target.path });
  }
}
