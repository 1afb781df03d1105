import { EngineError } from "../errors.ts";
import type { FunctionPath } from "../runtime/address.ts";
import type { Call, Runtime } from "../runtime/runtime.ts";
import { delay, nextTurn, now, realClearInterval, realSetInterval } from "../store/clock.ts";
import { locateDocument } from "../store/document-id.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Json } from "../values/json.ts";
import { ArmedJobs } from "./armed-jobs.ts";
import { CronRunner } from "./cron-runner.ts";
import { runJob } from "./job-run.ts";
import {
  findJob,
  insertJob,
  interruptedJobs,
  type Job,
  markDone,
  nextJobs,
  oldJobs,
  type PendingJob,
  removeJob,
} from "./jobs.ts";
import { SchedulerLock } from "./lock.ts";
import { DueTimer } from "./timer.ts";

/** So many jobs are kept in memory; the database has the rest. */
const MAX_ARMED = 5_000;
/** How soon what another process scheduled, or its death, is noticed. */
const LOOK_AROUND_MS = 100;
const RETRY_MS = 1_000;
/** Results stay readable for a week, as on Convex. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;
const CLEAN_EVERY_MS = 10 * 60 * 1000;
const CLEAN_BATCH = 200;
const IDLE_TURNS = 20;

export interface SchedulerOptions {
  runtime: Runtime;
  /** A call by nobody, in a request of its own. */
  newCall: (scheduledFunctionId: string | null) => Call;
  onError: (error: unknown, info: { id: string; path: string }) => void;
  runsCrons: boolean;
  /** Runs nothing, ever. */
  isIdle: boolean;
}

/** Runs scheduled functions when they are due, in one process of those that have the file open. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #runtime: Runtime;
  readonly #lock: SchedulerLock;
  readonly #armed = new ArmedJobs();
  readonly #timer = new DueTimer(() => this.#fire());
  readonly #crons: CronRunner;
  /** Runs of jobs and cron jobs. */
  readonly #running = new Set<Promise<void>>();
  /** The scheduler's own work on the database. */
  readonly #upkeep = new Set<Promise<void>>();
  /** Holding the lock, this process has found out what there is to run. */
  #isInCharge = false;
  #lookAround: NodeJS.Timeout | undefined;
  #seenOfOthers = 0;
  /** Ids of jobs that were started; until they are over the database may still call them pending. */
  readonly #started = new Set<string>();
  /** Jobs due later than this are only in the database. */
  #horizon = Number.POSITIVE_INFINITY;
  #isLoading = false;
  #lastClean = 0;
  #isClosed = false;
  /** Passes when the job started last has begun. */
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#runtime = options.runtime;
    const { store } = options.runtime;
    this.#lock = new SchedulerLock(store.isMemory ? undefined : store.path);
    this.#crons = new CronRunner({
      runtime: options.runtime,
      newCall: () => options.newCall(null),
      onError: options.onError,
      track: (run) => this.#track(run, this.#running),
    });
    if (options.isIdle) return;
    this.#tryTakeOver();
    if (store.isMemory) return;
    this.#lookAround = realSetInterval(() => this.#tryLook(), LOOK_AROUND_MS).unref();
  }

  /** Adds a job to a transaction; it is armed once that has committed. */
  schedule(tx: Transaction, component: string, target: FunctionPath, args: Json, due: number, parent: string | null) {
    const isCanceled = parent !== null && this.#find(tx, parent)?.state === "done";
    const job = insertJob(tx, component, target, args, due, isCanceled);
    if (!isCanceled) tx.afterCommit(() => this.#arm(job));
    return job.id;
  }

  /** Cancels a job that has not run; one that runs goes on, but what it schedules from then on does not run. */
  cancel(tx: Transaction, component: string, id: string): void {
    const job = this.#find(tx, id);
    const table = tx.catalog.byNumber(job?.table ?? -1);
    if (job === null || table?.component !== component) throw new Error(`Scheduled function ${id} not found`);
    markDone(tx, job, { kind: "canceled" });
    tx.afterCommit(() => this.#armed.delete(id));
  }

  #find(tx: Transaction, id: string): Job | null {
    const location = locateDocument(id);
    return location && findJob(tx.connection, id, location.rowId);
  }

  #arm(job: PendingJob): void {
    if (this.#options.isIdle || !this.#lock.isHeld || this.#isClosed || job.due > this.#horizon) return;
    this.#armed.add(job);
    this.#timer.set(this.#armed.firstDue);
  }

  #fire(): void {
    if (this.#isClosed) return;
    for (const job of this.#armed.takeDue(now())) this.#start(job);
    this.#timer.set(this.#armed.firstDue);
    this.#loadMore();
  }

  /** What lies beyond the horizon is looked up when most of what was this side of it is over. */
  #loadMore(): void {
    if (this.#isClosed || this.#isLoading || this.#horizon === Number.POSITIVE_INFINITY) return;
    if (this.#armed.size === 0 && this.#started.size <= MAX_ARMED / 2) this.#maintain(this.#load());
  }

  #start(job: PendingJob): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = { come: this.#lastTurn, pass: resolve };
    this.#lastTurn = promise;
    this.#started.add(job.id);
    const run = runJob(this.#runtime, job, this.#options, turn)
      .catch((error: unknown) => {
        // The engine could not, the function is not to blame.
        if (!(error instanceof EngineError) || this.#isClosed) return;
        this.#arm({ ...job, due: now() + RETRY_MS });
      })
      .finally(() => {
        this.#started.delete(job.id);
        this.#loadMore();
      });
    this.#track(run, this.#running);
  }

  #track(run: Promise<void>, among: Set<Promise<void>>): void {
    among.add(run);
    run.finally(() => among.delete(run)).catch(() => {});
  }

  /** Work that is tried again with the next look around, should the database refuse it now. */
  #maintain(work: Promise<void>): void {
    const done = work.catch((error: unknown) => {
      if (!this.#isClosed && !(error instanceof EngineError)) this.#options.onError(error, { id: "", path: "" });
    });
    this.#track(done, this.#upkeep);
  }

  #tryTakeOver(): void {
    if (this.#lock.tryAcquire() && this.#upkeep.size === 0) this.#maintain(this.#takeOver());
  }

  async #takeOver(): Promise<void> {
    if (!this.#runtime.store.isMemory) {
      await this.#failInterrupted();
      await this.#load();
    }
    this.#isInCharge = true;
    if (this.#options.runsCrons) await this.#crons.start();
  }

  /** Actions run at most once: one whose process ended under it has failed. */
  async #failInterrupted(): Promise<void> {
    const { store } = this.#runtime;
    const interrupted = await store.read(async (tx) => interruptedJobs(tx.connection));
    if (interrupted.length === 0) return;
    await store.write(async (tx) => {
      for (const job of interrupted) {
        markDone(tx, job, { kind: "failed", error: "Transient error while executing action" });
      }
    });
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    try {
      const limit = MAX_ARMED + this.#started.size;
      const jobs = await this.#runtime.store.read(async (tx) => nextJobs(tx.connection, limit));
      this.#horizon = jobs.length < limit ? Number.POSITIVE_INFINITY : (jobs.at(-1)?.due ?? 0);
      for (const job of jobs) if (!this.#started.has(job.id)) this.#armed.add(job);
    } finally {
      this.#isLoading = false;
    }
    this.#timer.set(this.#armed.firstDue);
  }

  #tryLook(): void {
    try {
      this.#look();
    } catch (error) {
      // The file may be readable again the next time; until then every call fails with the same.
      if (!(error instanceof EngineError)) throw error;
    }
  }

  #look(): void {
    if (!this.#isInCharge) {
      this.#tryTakeOver();
      return;
    }
    this.#loadIfOthersWrote();
    this.#loadMore();
    if (this.#runtime.store.isOutdated) {
      this.#retire();
      return;
    }
    if (now() - this.#lastClean > CLEAN_EVERY_MS) this.#maintain(this.#clean());
  }

  /** What this process may not write any more it cannot run either: the one with the new schema takes over. */
  #retire(): void {
    realClearInterval(this.#lookAround);
    this.#timer.clear();
    this.#crons.close();
    this.#lock.release();
  }

  #loadIfOthersWrote(): void {
    const written = this.#runtime.store.noticeOthers();
    if (written === this.#seenOfOthers) return;
    this.#seenOfOthers = written;
    this.#maintain(this.#load());
  }

  async #clean(): Promise<void> {
    this.#lastClean = now();
    const { store } = this.#runtime;
    const old = await store.read(async (tx) => oldJobs(tx.connection, now() - KEEP_MS, CLEAN_BATCH));
    if (old.length === 0) return;
    await store.write(async (tx) => {
      for (const job of old) removeJob(tx, job);
    });
    // More may wait.
    if (old.length === CLEAN_BATCH) this.#lastClean = 0;
  }

  /** Scheduled functions whose timer has fired and that have not finished. */
  inFlight(): number {
    return this.#running.size;
  }

  /** Resolves when nothing is in flight, work that became due while waiting included. */
  async idle(): Promise<void> {
    for (let turns = 0; turns < IDLE_TURNS; turns++) {
      while (this.#running.size + this.#upkeep.size > 0) {
        await Promise.allSettled([...this.#running, ...this.#upkeep]);
        turns = 0;
      }
      if (this.#armed.firstDue > now()) return;
      // Due, but its timer has yet to fire; one of a test framework's may never do so by itself.
      await (this.#timer.firesByItself ? delay(1) : nextTurn());
    }
  }

  /** Runs what is due now, cron jobs included, and waits for it. */
  async tick(): Promise<void> {
    if (this.#options.isIdle) return;
    await this.#crons.tick();
    this.#fire();
    await this.idle();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    realClearInterval(this.#lookAround);
    this.#timer.clear();
    this.#crons.close();
    this.#lock.close();
  }
}
