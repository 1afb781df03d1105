/** The value below which a share of the samples lies (nearest rank), so p50 is the median. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new TypeError("There are no samples.");
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

export const p50 = (samples: readonly number[]): number => quantile(samples, 0.5);
export const p95 = (samples: readonly number[]): number => quantile(samples, 0.95);
