/** How much of what is nearest is near at all: an index gives as many as it is asked for, whatever they are about. */

interface Scored {
  _id: string;
  _score: number;
}

/** Of the way from what is not meant to the best. */
const FAR = 0.5;
/** What is this near to the best is as good as that. */
const ALIKE = 0.8;

/**
 * Those that the best does not leave behind. Where all there is was looked at (`isAll`), its farthest says what a model
 * answers of things that have nothing to do with each other, which with many is far above zero.
 */
export function nearOf<T extends Scored>(found: readonly T[], { isAll }: { isAll: boolean }): readonly T[] {
  const scores = found.map(({ _score }) => _score);
  const best = Math.max(...scores);
  const farthest = isAll ? Math.min(...scores) : 0;
  const floor = Math.min(farthest + FAR * (best - farthest), ALIKE * best);
  return found.filter(({ _score }) => _score >= floor);
}
