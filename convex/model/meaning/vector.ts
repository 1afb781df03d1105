/** Vectors of any model in the one length that an index has. */

/**
 * Short enough that a memory's vector is 4 kB. Models that nest their meaning (most that are offered today) lose little
 * by being cut to it; a shorter vector gets zeros behind it, which change no angle.
 */
export const DIMENSIONS = 512;

/** Of unit length; undefined for what is no direction. */
export function fitted(vector: readonly number[]): number[] | undefined {
  const head = Array.from({ length: DIMENSIONS }, (_, at) => vector[at] ?? 0);
  const length = Math.hypot(...head);
  return Number.isFinite(length) && length > 0 ? head.map((component) => component / length) : undefined;
}

/** Of two vectors of unit length. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
