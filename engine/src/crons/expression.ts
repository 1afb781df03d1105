/** Cron expressions of five fields, `minute hour day-of-month month day-of-week`, in UTC. */
import { type CronDays, parseDaysOfMonth, parseDaysOfWeek } from "./days.ts";
import { parseField } from "./field.ts";

export interface CronExpression {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: CronDays;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: CronDays;
}

const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

export function parseCron(text: string): CronExpression {
  const parts = text.trim().split(/\s+/);
  const invalid = (why: string): Error => new Error(`Invalid cron expression "${text}": ${why}.`);
  if (parts.length !== FIELDS.length) throw invalid(`five fields are expected (${FIELDS.join(", ")})`);
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = parts as [string, string, string, string, string];
  try {
    return {
      minutes: parseField(minutes, { name: "minute", min: 0, max: 59 }),
      hours: parseField(hours, { name: "hour", min: 0, max: 23 }),
      daysOfMonth: parseDaysOfMonth(daysOfMonth),
      months: parseField(months, { name: "month", min: 1, max: 12, names: MONTHS }),
      daysOfWeek: parseDaysOfWeek(daysOfWeek),
    };
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

/** Where both kinds of day are given, one that matches is enough, as in the unix command. */
function matchesDay({ daysOfMonth, daysOfWeek }: CronExpression, day: Date): boolean {
  const ofMonth = daysOfMonth.has(day);
  const ofWeek = daysOfWeek.has(day);
  return daysOfMonth.isOpen || daysOfWeek.isOpen ? ofMonth && ofWeek : ofMonth || ofWeek;
}

// The longest wait there is: for the fifth of some weekday in a February, over a century that has one leap year less.
const MAX_DAYS = 366 * 41;

/** The first minute after this time (in ms) at which the expression holds. */
export function nextMatch(expression: CronExpression, after: number): number {
  const start = new Date(after);
  const { minutes, hours, months } = expression;
  const [year, month, date] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  for (let i = 0; i <= MAX_DAYS; i++) {
    const day = new Date(Date.UTC(year, month, date + i));
    if (!months.has(day.getUTCMonth() + 1) || !matchesDay(expression, day)) continue;
    for (let hour = 0; hour < 24; hour++) {
      if (!hours.has(hour)) continue;
      for (let minute = 0; minute < 60; minute++) {
        const time = day.getTime() + (hour * 60 + minute) * 60_000;
        if (minutes.has(minute) && time > after) return time;
      }
    }
  }
  throw new Error("Could not compute next timestamp for cron");
}
