import { hash } from "node:crypto";
import type { Crons } from "convex/server";
import { type CronJob, nextRun, readCrons } from "../crons/schedule.ts";
import { canonicalPath } from "../runtime/address.ts";
import type { Call, Runtime } from "../runtime/runtime.ts";
import { now } from "../store/clock.ts";
import type { Connection } from "../store/connection.ts";
import { DueTimer } from "./timer.ts";

export interface CronRunnerOptions {
  runtime: Runtime;
  newCall(): Call;
  onError(error: unknown, info: { id: string; path: string }): void;
  track(run: Promise<void>): void;
}

interface Armed extends CronJob {
  readonly component: string;
  next: number;
  isRunning: boolean;
}

const MINUTES = 60;

/** For schedules that leave the minute open: the same for a job each time, different ones for different jobs. */
function minuteOf(identifier: string): number {
  return Number.parseInt(hash("sha1", identifier, "hex").slice(0, 8), 16) % MINUTES;
}

function following({ schedule, identifier }: CronJob, after: number, previous?: number): number {
  return nextRun(schedule, after, minuteOf(identifier), previous);
}

function storedNext(connection: Connection, component: string, job: CronJob): number | undefined {
  const sql = "SELECT next FROM crons WHERE component = ? AND name = ? AND spec = ?";
  return connection.row(sql, component, job.identifier, specOf(job))?.[0] as number | undefined;
}

const specOf = ({ path, args, schedule }: CronJob): string => JSON.stringify([path, args, schedule]);

const SAVE = "INSERT OR REPLACE INTO crons (component, name, spec, next) VALUES (?, ?, ?, ?)";

/** Runs the jobs of `crons.ts`: one run of a job at a time, runs that were missed are left out. */
export class CronRunner {
  readonly #options: CronRunnerOptions;
  readonly #timer = new DueTimer(() => this.#fire());
  #jobs: Armed[] = [];
  #isStarted = false;
  #isClosed = false;

  constructor(options: CronRunnerOptions) {
    this.#options = options;
  }

  /** Loads the jobs of every component and arms them. */
  async start(): Promise<void> {
    await this.#load();
    this.#isStarted = true;
    this.#arm();
  }

  async #load(): Promise<void> {
    const { runtime } = this.#options;
    const jobs: Armed[] = [];
    for (const registry of runtime.components.all()) {
      if (!registry.has("crons")) continue;
      const { default: crons } = await registry.load("crons");
      for (const job of readCrons(crons as Crons)) {
        jobs.push({ ...job, component: registry.component, next: 0, isRunning: false });
      }
    }
    if (jobs.length > 0 || this.#jobs.length > 0) await this.#store(jobs);
    this.#jobs = jobs;
  }

  /** A job that is new, or has another schedule, starts anew: an interval at once, others when the clock says. */
  async #store(jobs: Armed[]): Promise<void> {
    await this.#options.runtime.store.write(async ({ connection, startedAt }) => {
      const known = connection.rows("SELECT component, name FROM crons") as [string, string][];
      for (const [component, name] of known) {
        if (jobs.some((job) => job.component === component && job.identifier === name)) continue;
        connection.run("DELETE FROM crons WHERE component = ? AND name = ?", component, name);
      }
      for (const job of jobs) {
        const stored = storedNext(connection, job.component, job);
        job.next = stored ?? (job.schedule.type === "interval" ? startedAt : following(job, startedAt));
        if (stored === undefined) connection.run(SAVE, job.component, job.identifier, specOf(job), job.next);
      }
    });
  }

  #arm(): void {
    if (this.#isClosed || !this.#isStarted) return;
    const waiting = this.#jobs.filter((job) => !job.isRunning);
    this.#timer.set(Math.min(...waiting.map((job) => job.next)));
  }

  #fire(): void {
    if (this.#isClosed) return;
    const time = now();
    for (const job of this.#jobs) if (!job.isRunning && job.next <= time) this.#start(job);
    this.#arm();
  }

  #start(job: Armed): void {
    job.isRunning = true;
    const report = (error: unknown) => {
      // What the end of the process cut off has not failed.
      if (!this.#isClosed) this.#options.onError(error, { id: job.identifier, path: job.path });
    };
    const run = this.#run(job)
      .catch(report)
      .then(() => this.#runtime.store.write(async ({ connection }) => this.#advance(connection, job)))
      .catch(report)
      .finally(() => {
        job.isRunning = false;
        this.#arm();
      });
    this.#options.track(run);
  }

  get #runtime(): Runtime {
    return this.#options.runtime;
  }

  #advance(connection: Connection, job: Armed): void {
    const time = now();
    if (job.next <= time) job.next = following(job, time, job.next);
    connection.run(SAVE, job.component, job.identifier, specOf(job), job.next);
  }

  /** The next time is set before the run, so that a run is never repeated, and after it, so that none overlaps. */
  async #run(job: Armed): Promise<void> {
    const target = { component: job.component, path: canonicalPath(job.path) };
    const fn = await this.#runtime.findForCall(target, undefined, false);
    const args = JSON.stringify(job.args[0] ?? {});
    this.#runtime.checkArgs(fn, args);
    const call = this.#options.newCall();
    if (fn.kind === "mutation") {
      const before = ({ connection }: { connection: Connection }): void => this.#advance(connection, job);
      await this.#runtime.runMutation(fn, args, call, { before });
      return;
    }
    await this.#runtime.store.write(async ({ connection }) => this.#advance(connection, job));
    await this.#runtime.call(fn, args, call);
  }

  /** Runs what is due now. */
  async tick(): Promise<void> {
    if (!this.#isStarted) await this.#load();
    this.#fire();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.clear();
  }
}
