/** One field of a cron expression: a list of values, ranges and steps. */

export interface FieldKind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Other spellings, the first of them for `min`. */
  readonly names?: readonly string[];
}

export function parseValue(text: string, kind: FieldKind): number {
  const named = kind.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? kind.min + named : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= kind.min && value <= kind.max))
    throw new Error(`"${text}" is no ${kind.name} (${kind.min}-${kind.max})`);
  return value;
}

function parseStep(text: string | undefined, element: string, { name, min, max }: FieldKind): number {
  const step = text === undefined ? 1 : /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > max - min) throw new Error(`"${element}" has no valid step for the ${name}`);
  return step;
}

/** One element of a list: `*`, `5`, `1-5` or one of them with a step, `/2`. */
function addElement(text: string, kind: FieldKind, values: Set<number>): void {
  const [range = "", stepText, ...rest] = text.split("/");
  if (rest.length > 0) throw new Error(`"${text}" has no valid step for the ${kind.name}`);
  const step = parseStep(stepText, text, kind);
  let [first, last] = [kind.min, kind.max];
  if (range !== "*") {
    const [from = "", to, ...more] = range.split("-");
    if (more.length > 0) throw new Error(`"${range}" is no range for the ${kind.name}`);
    first = parseValue(from, kind);
    // `5/10` counts from five to the field's end.
    last = to === undefined ? (stepText === undefined ? first : kind.max) : parseValue(to, kind);
  }
  // `FRI-MON` goes on from the field's beginning.
  const size = kind.max - kind.min + 1;
  if (last < first) last += size;
  for (let value = first; value <= last; value += step) values.add(value > kind.max ? value - size : value);
}

export function parseField(text: string, kind: FieldKind): ReadonlySet<number> {
  const values = new Set<number>();
  for (const element of text.split(",")) addElement(element, kind, values);
  return values;
}
