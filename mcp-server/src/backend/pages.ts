/** Lists that come in pages. */
import type { Contract, ResultOf } from "@moorage/shared/contract";
import type { Arguments, Backend } from "./types.ts";

/** One page after the other, as far as they are asked for. */
export async function* pagesOf<C extends Contract>(
  backend: Backend,
  contract: C,
  asked: Arguments = {},
  options?: Parameters<Backend["call"]>[2],
): AsyncGenerator<ResultOf<C>> {
  let next: { cursor?: string } = {};
  do {
    const page = await backend.call(contract, { ...asked, ...next }, options);
    yield page;
    const { cursor } = page as { cursor?: string };
    next = cursor === undefined ? {} : { cursor };
  } while (next.cursor !== undefined);
}

/** What is on all of them. */
export async function itemsOf<P, T>(pages: AsyncIterable<P>, itemsOn: (page: P) => readonly T[]): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...itemsOn(page));
  return items;
}
