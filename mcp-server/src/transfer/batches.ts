/** What goes into one call of many items. */
import { BATCH_ITEMS } from "@moorage/shared/limits";

/** Beside what JSON adds, well below what a call may carry. */
const BATCH_BYTES = 96 * 1024;

export function* batchesOf<T>(items: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (batch.length === BATCH_ITEMS || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
