/** What a transaction has used of Convex's limits, nested calls included, with the backend's sentences. */
import type { TransactionLimit } from "../types.ts";

export type Usage = Record<TransactionLimit, number>;

const MiB = 1 << 20;
const CONVEX_LIMITS: Usage = {
  bytesRead: 16 * MiB,
  bytesWritten: 16 * MiB,
  databaseQueries: 4_096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1_000,
  scheduledFunctionArgsBytes: 16 * MiB,
  filesWritten: 1_000,
  fileWriteBytes: 16 * MiB,
  filesRead: 1_000,
  fileReadBytes: 16 * MiB,
};

const HELP =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";
const FUNCTION = "in a single function execution (limit:";

const SENTENCE: Record<TransactionLimit, (limit: number) => string> = {
  bytesRead: (limit) => `Too many bytes read ${FUNCTION} ${limit} bytes). ${HELP}`,
  bytesWritten: (limit) => `Too many bytes written ${FUNCTION} ${limit} bytes)`,
  databaseQueries: (limit) => `Too many reads ${FUNCTION} ${limit})`,
  documentsRead: (limit) => `Too many documents read ${FUNCTION} ${limit}). ${HELP}`,
  documentsWritten: (limit) => `Too many writes ${FUNCTION} ${limit})`,
  functionsScheduled: (limit) => `Too many functions scheduled by this mutation (limit: ${limit})`,
  scheduledFunctionArgsBytes: (limit) =>
    `Too large total size of the arguments of scheduled functions from this mutation (limit: ${limit} bytes)`,
  filesWritten: (limit) => `Too many files written ${FUNCTION} ${limit})`,
  fileWriteBytes: (limit) => `Too many bytes written to files ${FUNCTION} ${limit} bytes)`,
  filesRead: (limit) => `Too many files read ${FUNCTION} ${limit})`,
  fileReadBytes: (limit) => `Too many bytes read from files ${FUNCTION} ${limit} bytes)`,
};

/** Undone with a nested call that fails; what it read stays read. */
const WRITES: TransactionLimit[] = [
  "bytesWritten",
  "documentsWritten",
  "functionsScheduled",
  "scheduledFunctionArgsBytes",
  "filesWritten",
  "fileWriteBytes",
];

const KEYS = Object.keys(CONVEX_LIMITS) as TransactionLimit[];
const NO_USAGE = Object.fromEntries(KEYS.map((key) => [key, 0])) as Usage;

export type Limits = boolean | Partial<Usage>;

export class Meter {
  readonly #used: Usage;
  readonly #limits: Usage;
  readonly #isEnforced: boolean;

  private constructor(used: Usage, limits: Usage, isEnforced: boolean) {
    this.#used = used;
    this.#limits = limits;
    this.#isEnforced = isEnforced;
  }

  /** A meter to make those of transactions from. */
  static withLimits(limits: Limits): Meter {
    const overrides = typeof limits === "object" ? limits : {};
    return new Meter({ ...NO_USAGE }, { ...CONVEX_LIMITS, ...overrides }, limits !== false);
  }

  /** The same limits, nothing used. */
  fresh(): Meter {
    return new Meter({ ...NO_USAGE }, this.#limits, this.#isEnforced);
  }

  /** For a nested call: it goes on from what is used, and may be given a tighter budget of its own. */
  nested(budget: Partial<Usage> | undefined): Meter {
    if (budget === undefined) return new Meter({ ...this.#used }, this.#limits, this.#isEnforced);
    const limits = { ...this.#limits };
    for (const key of KEYS) {
      const allowed = budget[key];
      if (allowed !== undefined) limits[key] = Math.min(limits[key], this.#used[key] + allowed);
    }
    return new Meter({ ...this.#used }, limits, true);
  }

  /** A nested call is over: its usage is its caller's, its writes only if they stay. */
  absorb(nested: Meter, hasFailed: boolean): void {
    for (const key of KEYS) {
      if (!hasFailed || !WRITES.includes(key)) this.#used[key] = nested.#used[key];
    }
  }

  #add(key: TransactionLimit, amount: number): void {
    this.#used[key] += amount;
    this.#check(key, 0);
  }

  #check(key: TransactionLimit, amount: number): void {
    if (this.#isEnforced && this.#used[key] + amount > this.#limits[key]) {
      throw new Error(SENTENCE[key](this.#limits[key]));
    }
  }

  /** What is yet to be written: refused, it is not counted, as it does not happen. */
  #addWrite(countKey: TransactionLimit, amountKey: TransactionLimit, amount: number): void {
    this.#check(countKey, 1);
    this.#check(amountKey, amount);
    this.#used[countKey]++;
    this.#used[amountKey] += amount;
  }

  countQuery(): void {
    this.#add("databaseQueries", 1);
  }

  countRead(bytes: number): void {
    this.#add("documentsRead", 1);
    this.#add("bytesRead", bytes);
  }

  countWrite(bytes: number): void {
    this.#addWrite("documentsWritten", "bytesWritten", bytes);
  }

  countScheduled(argsBytes: number): void {
    this.#addWrite("functionsScheduled", "scheduledFunctionArgsBytes", argsBytes);
  }

  countFileWritten(bytes: number): void {
    this.#addWrite("filesWritten", "fileWriteBytes", bytes);
  }

  countFileRead(bytes: number): void {
    this.#add("filesRead", 1);
    this.#add("fileReadBytes", bytes);
  }

  report(): Record<string, { used: number; remaining: number }> {
    return Object.fromEntries(
      KEYS.map((key) => [key, { used: this.#used[key], remaining: this.#limits[key] - this.#used[key] }]),
    );
  }
}
