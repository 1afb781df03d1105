/** Every item of a list that comes in pages. */
export async function allPages<P extends { cursor?: string | undefined }, T>(
  read: (next: { cursor?: string }) => Promise<P>,
  itemsOf: (page: P) => readonly T[],
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    items.push(...itemsOf(page));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
