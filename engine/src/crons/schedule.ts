import type { Crons } from "convex/server";
import { nextMatch, parseCron } from "./expression.ts";

/** When a cron job runs, as `cronJobs().export()` gives it. */
export type Schedule =
  | { type: "interval"; seconds?: number; minutes?: number; hours?: number }
  | { type: "hourly"; minuteUTC?: number }
  | { type: "daily"; hourUTC: number; minuteUTC?: number }
  | { type: "weekly"; dayOfWeek: string; hourUTC: number; minuteUTC?: number }
  | { type: "monthly"; day: number; hourUTC: number; minuteUTC?: number }
  | { type: "cron"; cron: string };

export interface CronJob {
  readonly identifier: string;
  /** `module:function`. */
  readonly path: string;
  /** Convex-encoded arguments. */
  readonly args: unknown[];
  readonly schedule: Schedule;
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function intervalMs({ seconds = 0, minutes = 0, hours = 0 }: Schedule & { type: "interval" }): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function cronOf(schedule: Exclude<Schedule, { type: "interval" }>, openMinute: number): string {
  if (schedule.type === "cron") return schedule.cron;
  const minute = schedule.minuteUTC ?? openMinute;
  switch (schedule.type) {
    case "hourly":
      return `${minute} * * * *`;
    case "daily":
      return `${minute} ${schedule.hourUTC} * * *`;
    case "weekly":
      return `${minute} ${schedule.hourUTC} * * ${DAYS.indexOf(schedule.dayOfWeek)}`;
    case "monthly":
      return `${minute} ${schedule.hourUTC} ${schedule.day} * *`;
  }
}

/**
 * The time (in ms) of the run after this one. A job's first run: an interval starts at once, all others at the next
 * time they name.
 * @param openMinute the minute for schedules that leave it open, so that jobs can be spread over the hour
 * @param previous when the last run was due: intervals go on from there, so that late or long runs do not shift them
 */
export function nextRun(schedule: Schedule, after: number, openMinute = 0, previous = after): number {
  if (schedule.type === "interval") {
    const interval = intervalMs(schedule);
    return previous + (Math.floor((after - previous) / interval) + 1) * interval;
  }
  return nextMatch(parseCron(cronOf(schedule, openMinute)), after);
}

/** Throws, naming the job, for a schedule that could never run. */
function checkSchedule(identifier: string, schedule: Schedule): void {
  try {
    nextRun(schedule, Date.now());
  } catch (cause) {
    throw new Error(`Cron job "${identifier}": ${(cause as Error).message}`, { cause });
  }
}

/** The jobs of a `crons.ts` module's default export. */
export function readCrons(crons: Crons): CronJob[] {
  // `export` is there at run time, but not in the package's public types.
  const exported = JSON.parse((crons as unknown as { export(): string }).export()) as Record<
    string,
    { name: string; args: unknown[]; schedule: Schedule }
  >;
  return Object.entries(exported).map(([identifier, { name, args, schedule }]) => {
    checkSchedule(identifier, schedule);
    return { identifier, path: name, args, schedule };
  });
}
