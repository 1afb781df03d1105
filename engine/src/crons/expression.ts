/** Cron expressions of five fields, `minute hour day-of-month month day-of-week`, in UTC. */

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface FieldKind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Other spellings, the first of them for `min`. */
  readonly names?: readonly string[];
}

const FIELDS: readonly FieldKind[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "day of the week", min: 0, max: 6, names: DAYS },
];

interface Field {
  readonly values: ReadonlySet<number>;
  /** A plain `*`: says nothing about this field. */
  readonly isOpen: boolean;
}

export interface CronExpression {
  readonly minutes: Field;
  readonly hours: Field;
  readonly daysOfMonth: Field;
  readonly months: Field;
  readonly daysOfWeek: Field;
}

function parseNumber(text: string, kind: FieldKind): number {
  const named = kind.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? kind.min + named : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= kind.min && value <= kind.max))
    throw new Error(`"${text}" is no ${kind.name} (${kind.min}-${kind.max})`);
  return value;
}

/** One element of a list: `*`, `5`, `1-5` or one of them with a step, `/2`. */
function addElement(text: string, kind: FieldKind, values: Set<number>): void {
  const [range = "", stepText, ...rest] = text.split("/");
  const step = stepText === undefined ? 1 : Number(stepText);
  if (rest.length > 0 || !/^\d{1,2}$/.test(stepText ?? "1") || step === 0)
    throw new Error(`"${text}" has no valid step for the ${kind.name}`);
  let [first, last] = [kind.min, kind.max];
  if (range !== "*") {
    const [from = "", to, ...more] = range.split("-");
    if (more.length > 0) throw new Error(`"${range}" is no range for the ${kind.name}`);
    first = parseNumber(from, kind);
    // `5/10` counts from five to the field's end.
    last = to === undefined ? (stepText === undefined ? first : kind.max) : parseNumber(to, kind);
    if (last < first) throw new Error(`"${range}" ends before it starts`);
  }
  for (let value = first; value <= last; value += step) values.add(value);
}

function parseField(text: string, kind: FieldKind): Field {
  const values = new Set<number>();
  for (const element of text.split(",")) addElement(element, kind, values);
  return { values, isOpen: text === "*" };
}

export function parseCron(text: string): CronExpression {
  const parts = text.trim().split(/\s+/);
  const invalid = (why: string): Error => new Error(`Invalid cron expression "${text}": ${why}.`);
  if (parts.length !== FIELDS.length) {
    throw invalid("five fields are expected (minute, hour, day of the month, month, day of the week)");
  }
  try {
    const [minutes, hours, daysOfMonth, months, daysOfWeek] = FIELDS.map((kind, i) =>
      parseField(parts[i] as string, kind),
    ) as [Field, Field, Field, Field, Field];
    return { minutes, hours, daysOfMonth, months, daysOfWeek };
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

/** Where both kinds of day are given, one that matches is enough, as in the unix command. */
function matchesDay({ daysOfMonth, daysOfWeek }: CronExpression, day: Date): boolean {
  const ofMonth = daysOfMonth.values.has(day.getUTCDate());
  const ofWeek = daysOfWeek.values.has(day.getUTCDay());
  return daysOfMonth.isOpen || daysOfWeek.isOpen ? ofMonth && ofWeek : ofMonth || ofWeek;
}

// The longest wait there is: from one 29 February to the next but one leap year, over a century that has none.
const MAX_DAYS = 366 * 9;

/** The first minute after this time (in ms) at which the expression holds. */
export function nextMatch(expression: CronExpression, after: number): number {
  const start = new Date(after);
  const { minutes, hours, months } = expression;
  const [year, month, date] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  for (let i = 0; i <= MAX_DAYS; i++) {
    const day = new Date(Date.UTC(year, month, date + i));
    if (!months.values.has(day.getUTCMonth() + 1) || !matchesDay(expression, day)) continue;
    for (let hour = 0; hour < 24; hour++) {
      if (!hours.values.has(hour)) continue;
      for (let minute = 0; minute < 60; minute++) {
        const time = day.getTime() + (hour * 60 + minute) * 60_000;
        if (minutes.values.has(minute) && time > after) return time;
      }
    }
  }
  throw new Error("Could not compute next timestamp for cron");
}
