/** What goes into one call of many items, and what comes in pages. */
import type { Contract, ResultOf } from "@moorage/shared/contract";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import type { Arguments, Backend } from "../backend/types.ts";

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

/** A list's pages, one after the other. */
export async function* pagesOf<C extends Contract>(
  backend: Backend,
  contract: C,
  asked: Arguments = {},
): AsyncGenerator<ResultOf<C>> {
  let next: { cursor?: string } = {};
  do {
    const page = await backend.call(contract, { ...asked, ...next });
    yield page;
    const { cursor } = page as { cursor?: string };
    next = cursor === undefined ? {} : { cursor };
  } while (next.cursor !== undefined);
}
