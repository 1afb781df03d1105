import type { AccessRecord } from "../store/access-record.ts";
import type { Store } from "../store/store.ts";

/** One mutation that ran while accesses were recorded. */
export interface RecordedMutation {
  readonly component: string;
  readonly path: string;
  readonly record: AccessRecord;
}

/** What would conflict on Convex, from the mutations that have run (test mode). */
export class Conflicts {
  readonly #store: Store;
  #mutations: RecordedMutation[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  add(mutation: RecordedMutation): void {
    this.#mutations.push(mutation);
  }

  /** The mutations since the last call, in the order of their commits. */
  take(): RecordedMutation[] {
    return this.#mutations.splice(0);
  }

  /**
   * Tables and indexes over which two mutations, had they run at the same time, would have conflicted: one of them
   * read what the other wrote. Empty if both could have committed.
   */
  between(a: RecordedMutation, b: RecordedMutation): string[] {
    const { catalog } = this.#store;
    return [...new Set([...a.record.conflictsWith(b.record, catalog), ...b.record.conflictsWith(a.record, catalog)])];
  }
}
