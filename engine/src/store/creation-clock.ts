/**
 * Creation times that strictly increase over the whole file. A document's row id is its creation time in steps of
 * 1/1024 ms, so that the order of rows is the order of creation and neither needs an index of its own.
 */
export const STEPS_PER_MS = 1024;
/** SQLite's integers reach JavaScript exactly up to 2^53, which is the year 2248; search indexes count a little faster. */
const LAST_ROW_ID = Math.floor(Number.MAX_SAFE_INTEGER / (1 + 1 / STEPS_PER_MS)) - 1e9;

export class CreationClock {
  #last = -1;

  /** The next row id, not before `startedAt` (ms). */
  next(startedAt: number): number {
    this.#last = Math.max(Math.min(Math.floor(startedAt * STEPS_PER_MS), LAST_ROW_ID), this.#last + 1);
    return this.#last;
  }

  /** Never again gives a row id up to this one. */
  passed(rowId: number): void {
    if (rowId > this.#last) this.#last = rowId;
  }
}

export const creationTimeOf = (rowId: number): number => rowId / STEPS_PER_MS;

/** The first row id whose creation time is not before (`inclusive`) or after this time. */
export function firstRowIdFrom(creationTime: number, inclusive: boolean): number {
  const steps = creationTime * STEPS_PER_MS;
  return inclusive ? Math.ceil(steps) : Math.floor(steps) + 1;
}
