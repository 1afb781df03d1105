/**
 * What one mutation read and wrote, as Convex would compare it with others: a mutation conflicts with a commit that
 * wrote into what it read. Kept in a test mode only; here mutations never conflict, they run one after the other.
 */
import type { Catalog } from "./catalog.ts";

interface ReadInterval {
  readonly index: string;
  readonly lower: Uint8Array;
  readonly upper: Uint8Array;
}

interface WrittenKey {
  readonly index: string;
  readonly key: Uint8Array;
}

/** A search: documents with one of its words, or one that starts with its last, and all of its filters' values. */
export interface SearchRead {
  readonly index: number;
  readonly words: readonly string[];
  readonly lastWord: string;
  readonly filters: readonly string[];
}

/** A document before or after a write, as a search index has it. */
export interface SearchWrite {
  readonly index: number;
  readonly words: readonly string[];
  readonly filters: readonly string[];
}

export const rowsOf = (tableNumber: number): string => `t${tableNumber}`;
export const keysOf = (indexId: number): string => `i${indexId}`;

export interface AccessMark {
  readonly writes: number;
  readonly searchWrites: number;
}

export class AccessRecord {
  readonly #reads: ReadInterval[] = [];
  readonly #writes: WrittenKey[] = [];
  readonly #searches: SearchRead[] = [];
  readonly #searchWrites: SearchWrite[] = [];

  read(index: string, lower: Uint8Array, upper: Uint8Array): void {
    this.#reads.push({ index, lower, upper });
  }

  write(index: string, key: Uint8Array): void {
    this.#writes.push({ index, key });
  }

  search(search: SearchRead): void {
    this.#searches.push(search);
  }

  writeSearchRow(row: SearchWrite): void {
    this.#searchWrites.push(row);
  }

  /** A nested mutation that fails takes back its writes; what it read stays read. */
  mark(): AccessMark {
    return { writes: this.#writes.length, searchWrites: this.#searchWrites.length };
  }

  rollBackTo(mark: AccessMark): void {
    this.#writes.length = mark.writes;
    this.#searchWrites.length = mark.searchWrites;
  }

  /** Names of tables and indexes in which a commit of `other` would make this mutation run again. */
  conflictsWith(other: AccessRecord, catalog: Catalog): string[] {
    const found = new Set<string>();
    for (const { index, lower, upper } of this.#reads) {
      const isHit = other.#writes.some(
        (write) =>
          write.index === index && Buffer.compare(lower, write.key) <= 0 && Buffer.compare(write.key, upper) < 0,
      );
      if (isHit) found.add(nameOf(index, catalog));
    }
    for (const search of this.#searches) {
      if (other.#searchWrites.some((row) => matches(search, row))) found.add(searchNameOf(search.index, catalog));
    }
    return [...found].sort();
  }
}

function matches(search: SearchRead, row: SearchWrite): boolean {
  if (search.index !== row.index || !search.filters.every((filter) => row.filters.includes(filter))) return false;
  return row.words.some((word) => word.startsWith(search.lastWord) || search.words.includes(word));
}

function nameOf(index: string, catalog: Catalog): string {
  const id = Number(index.slice(1));
  if (index.startsWith("t")) return catalog.byNumber(id)?.name ?? index;
  const table = catalog.tables().find(({ indexes }) => indexes.some((each) => each.id === id));
  return `${table?.name}.${table?.indexes.find((each) => each.id === id)?.name}`;
}

function searchNameOf(id: number, catalog: Catalog): string {
  const table = catalog.tables().find(({ searchIndexes }) => searchIndexes.some((each) => each.id === id));
  return `${table?.name}.${table?.searchIndexes.find((each) => each.id === id)?.name}`;
}
