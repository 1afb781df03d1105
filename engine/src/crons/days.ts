/** The two fields of a cron expression that name days, with what only they can say: `L`, `LW`, `15W`, `5L`, `5#2`. */
import { type FieldKind, parseField, parseValue } from "./field.ts";

export interface CronDays {
  /** A plain `*`: says nothing about the day. */
  readonly isOpen: boolean;
  has(day: Date): boolean;
}

const OF_MONTH: FieldKind = { name: "day of the month", min: 1, max: 31 };
const NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const OF_WEEK: FieldKind = { name: "day of the week", min: 0, max: 6, names: NAMES };
const SATURDAY = 6;

const lastOfMonth = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** The day from Monday to Friday that is nearest to this one and in the same month. */
function nearestWeekday(day: Date, date: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === SATURDAY) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === lastOfMonth(day) ? date - 2 : date + 1;
  return date;
}

/** One day of each month, where the month has it. */
function dayOfMonth(dateIn: (day: Date) => number, nearest: boolean): CronDays["has"] {
  return (day) => {
    const date = dateIn(day);
    if (date < 1 || date > lastOfMonth(day)) return false;
    return day.getUTCDate() === (nearest ? nearestWeekday(day, date) : date);
  };
}

export function parseDaysOfMonth(text: string): CronDays {
  const fromEnd = /^L(?:-([1-9]|[12]\d|30))?(W?)$/.exec(text);
  if (fromEnd !== null) {
    const offset = Number(fromEnd[1] ?? 0);
    return { isOpen: false, has: dayOfMonth((day) => lastOfMonth(day) - offset, fromEnd[2] === "W") };
  }
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest !== null) {
    const date = parseValue(nearest[1] as string, OF_MONTH);
    return { isOpen: false, has: dayOfMonth(() => date, true) };
  }
  const values = parseField(text, OF_MONTH);
  return { isOpen: text === "*", has: (day) => values.has(day.getUTCDate()) };
}

export function parseDaysOfWeek(text: string): CronDays {
  const one = /^(\w+?)(?:(L)|#([1-5]))$/.exec(text);
  if (one !== null) {
    const weekday = parseValue(one[1] as string, OF_WEEK);
    const isThere = (day: Date): boolean =>
      one[2] === "L" ? day.getUTCDate() + 7 > lastOfMonth(day) : Math.ceil(day.getUTCDate() / 7) === Number(one[3]);
    return { isOpen: false, has: (day) => day.getUTCDay() === weekday && isThere(day) };
  }
  const values = parseField(text === "L" ? String(SATURDAY) : text, OF_WEEK);
  return { isOpen: text === "*", has: (day) => values.has(day.getUTCDay()) };
}
