import { AsyncLocalStorage } from "node:async_hooks";
import type { QueryStream } from "../query/stream.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Identity, Kind } from "../types.ts";
import type { FunctionLog } from "./function-log.ts";
import type { Meter } from "./meter.ts";
import { SeededRandom } from "./random.ts";
import type { Runtime } from "./runtime.ts";

export interface RequestMetadata {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
  readonly scheduledFunctionId: string | null;
  readonly authToken: string | null;
}

export interface ExecutionOptions {
  runtime: Runtime;
  kind: Kind;
  component: string;
  path: string;
  identity: Identity;
  request: RequestMetadata;
  tx?: Transaction;
  meter?: Meter;
  parent?: Execution;
  log: FunctionLog;
}

const current = new AsyncLocalStorage<Execution>();

/** The call of a Convex function that this code runs in. */
export function currentExecution(): Execution | undefined {
  return current.getStore();
}

/** Runs `body` as code of no call. */
export function outsideOfCalls<T>(body: () => T): T {
  return current.exit(body);
}

/** How often a function that has answered is given the chance to go on with operations it did not await. */
const DRAIN_TICKS = 8;

/** One call of one function: what its `ctx` reaches. */
export class Execution {
  readonly runtime: Runtime;
  readonly kind: Kind;
  readonly component: string;
  readonly path: string;
  readonly identity: Identity;
  readonly request: RequestMetadata;
  readonly tx: Transaction | undefined;
  readonly meter: Meter | undefined;
  readonly parent: Execution | undefined;
  readonly log: FunctionLog;
  readonly depth: number;
  readonly queries = new Map<number, QueryStream>();
  // Globals as this call sees them, once it has looked at them or assigned them.
  #globals: Record<string, unknown> | undefined;
  #random: SeededRandom | undefined;
  nextQueryId = 0;
  hasPaginated = false;
  /** An operation has failed; if nobody was waiting for it, the call fails with it. */
  hasFailedOperation = false;
  /** What was rejected or thrown without anybody to handle it. */
  unhandled: { readonly reason: unknown } | undefined;
  /** Operations so far, those of nested calls included: a call that makes none any more may be stuck. */
  operations = 0;
  /** Modules that this call, or one it made, waits for. */
  modulesLoading = 0;
  #children: Set<Execution> | undefined;
  #isOver = false;
  /** The tail of what runs one after the other; undefined when nothing runs. */
  #lane: Promise<unknown> | undefined;

  constructor(options: ExecutionOptions) {
    this.runtime = options.runtime;
    this.kind = options.kind;
    this.component = options.component;
    this.path = options.path;
    this.identity = options.identity;
    this.request = options.request;
    this.tx = options.tx;
    this.meter = options.meter;
    this.parent = options.parent;
    this.log = options.log;
    this.depth = (options.parent?.depth ?? -1) + 1;
    if (options.parent !== undefined) options.parent.#addChild(this);
  }

  #addChild(child: Execution): void {
    this.#children ??= new Set();
    this.#children.add(child);
  }

  get globals(): Record<string, unknown> {
    this.#globals ??= Object.create(null) as Record<string, unknown>;
    return this.#globals;
  }

  get random(): SeededRandom {
    this.#random ??= new SeededRandom();
    return this.#random;
  }

  /** `process.env`. */
  get env(): Readonly<Record<string, string>> {
    return this.runtime.envOf(this.component);
  }

  /** Runs `body` as code of this call. */
  run<T>(body: () => T): T {
    return current.run(this, body);
  }

  /** Refuses every further operation of this call and of the calls it made. */
  end(): void {
    this.#isOver = true;
    if (this.parent !== undefined) this.parent.#children?.delete(this);
    if (this.#children !== undefined) for (const child of this.#children) child.end();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Something of this call's failed where nobody could catch it: the call fails with it, or its log says so. */
  fail(what: string, reason: unknown): void {
    if (this.#isOver) this.log.write("error", this.path, [what, reason]);
    else this.unhandled ??= { reason };
  }

  /** Waits for a module that a call of this one needs. */
  async whileLoading<T>(loading: Promise<T>): Promise<T> {
    for (let each: Execution | undefined = this; each !== undefined; each = each.parent) each.modulesLoading++;
    try {
      return await loading;
    } finally {
      for (let each: Execution | undefined = this; each !== undefined; each = each.parent) each.modulesLoading--;
    }
  }

  #countOperation(): void {
    for (let each: Execution | undefined = this; each !== undefined; each = each.parent) each.operations++;
  }

  /**
   * One asynchronous operation. In queries and mutations they run in the order in which they were asked for, one at
   * a time: at once, unless a nested call is under way.
   */
  perform(operation: () => string | Promise<string>): string | Promise<string> {
    if (this.#isOver) throw new Error("The function has finished; nothing it left undone can run.");
    this.#countOperation();
    if (this.#lane !== undefined && this.tx !== undefined) return this.#queue(operation);
    const result = operation();
    if (typeof result !== "string" && this.tx !== undefined) this.#hold(result);
    return result;
  }

  #queue(operation: () => string | Promise<string>): Promise<string> {
    const result = (this.#lane as Promise<unknown>).then(() => {
      if (this.#isOver) throw new Error("The function has finished; nothing it left undone can run.");
      return operation();
    });
    this.#hold(result);
    return result;
  }

  #hold(result: Promise<unknown>): void {
    const settled: Promise<unknown> = result.then(
      () => this.#free(settled),
      () => this.#free(settled),
    );
    this.#lane = settled;
  }

  #free(settled: Promise<unknown>): void {
    if (this.#lane === settled) this.#lane = undefined;
  }

  /** Waits for operations that nobody awaited, and for those that follow from them. */
  async drain(): Promise<void> {
    let seen: number;
    do {
      seen = this.operations;
      while (this.#lane !== undefined) await this.#lane;
      for (let tick = 0; tick < DRAIN_TICKS; tick++) await null;
    } while (this.operations !== seen || this.#lane !== undefined);
  }
}
