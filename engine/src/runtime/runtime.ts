/** Runs functions: each kind in its kind of transaction, nested calls inside their caller's. */
import { Components } from "../components/components.ts";
import { FunctionHandles } from "../components/handles.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { nextTurn } from "../store/clock.ts";
import type { Store } from "../store/store.ts";
import { hasCommitTs, type Transaction, withCommitTs } from "../store/transaction.ts";
import type { DeploymentInfo, Identity, Kind } from "../types.ts";
import type { Json } from "../values/json.ts";
import { type FunctionAddress, type FunctionPath, resolveAddress } from "./address.ts";
import { checkArgs, checkKind, checkResult, requireCallable } from "./call-checks.ts";
import { assignCommitTs, encodeCommitTs } from "./commit-ts.ts";
import { Conflicts } from "./conflicts.ts";
import { IdleDeadline } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { Execution, type RequestMetadata } from "./execution.ts";
import type { FunctionLog } from "./function-log.ts";
import { installGlobals } from "./globals.ts";
import { type Limits, Meter, type Usage } from "./meter.ts";
import { notFound, type RegisteredFunction, requireVisible } from "./registry.ts";
import { restoreData } from "./thrown.ts";

/** How deep functions may call functions. */
const MAX_DEPTH = 8;

/** On whose behalf, and in what request, a function is called from outside. */
export interface Call {
  readonly identity: Identity;
  readonly request: RequestMetadata;
  readonly log: FunctionLog;
}

export interface RuntimeOptions {
  store: Store;
  secret: Buffer;
  deployment: DeploymentInfo;
  limits: Limits;
  idleDeadlineMs: number;
  cloudUrl: string;
  environment: Environment;
}

export interface NestedCall extends FunctionAddress {
  udfType: "query" | "mutation" | "snapshotQuery";
  args: Json;
  transactionLimits?: Partial<Usage>;
}

export class Runtime {
  readonly store: Store;
  readonly deployment: DeploymentInfo;
  readonly handles: FunctionHandles;
  readonly secret: Buffer;
  readonly cloudUrl: string;
  readonly #environment: Environment;
  readonly #meter: Meter;
  readonly #deadline: IdleDeadline;
  #scheduler: Scheduler | undefined;
  readonly components: Components;
  readonly conflicts: Conflicts;

  constructor(options: RuntimeOptions) {
    this.store = options.store;
    this.deployment = options.deployment;
    this.secret = options.secret;
    this.cloudUrl = options.cloudUrl;
    this.#environment = options.environment;
    this.conflicts = new Conflicts(options.store);
    this.components = new Components(options.environment);
    this.handles = new FunctionHandles(options.secret);
    this.#meter = Meter.withLimits(options.limits);
    this.#deadline = new IdleDeadline(options.idleDeadlineMs);
  }

  envOf(component: string): Readonly<Record<string, string>> {
    return this.#environment.of(component);
  }

  /** Set once, by whoever builds both: the scheduler runs functions, and functions schedule. */
  setScheduler(scheduler: Scheduler): void {
    this.#scheduler = scheduler;
  }

  get scheduler(): Scheduler {
    if (this.#scheduler === undefined) throw new Error("The engine is not ready.");
    return this.#scheduler;
  }

  resolve(execution: Execution, address: FunctionAddress): FunctionPath {
    return resolveAddress(address, execution.component, (handle) => this.handles.resolve(handle));
  }

  /**
   * A function called from outside; its arguments and result are Convex-encoded JSON text.
   * @param args the arguments once more, where they have been parsed already
   */
  async call(fn: RegisteredFunction, argsJson: string, call: Call, args?: Json): Promise<string> {
    this.checkArgs(fn, argsJson, args);
    switch (fn.kind) {
      case "query":
        return this.#runQuery(fn, argsJson, call);
      case "mutation":
        return this.runMutation(fn, argsJson, call);
      case "action":
        return this.#runAction(fn, argsJson, call);
    }
  }

  #runQuery(fn: RegisteredFunction, argsJson: string, call: Call): Promise<string> {
    return this.store.read((tx) => this.queryIn(tx, fn, argsJson, call));
  }

  checkArgs(fn: RegisteredFunction, argsJson: string, args: Json = JSON.parse(argsJson)): void {
    installGlobals();
    checkArgs(fn, argsJson.length, args);
  }

  /** A query in a snapshot that others may read, too. Its arguments are checked. */
  async queryIn(tx: Transaction, fn: RegisteredFunction, argsJson: string, call: Call): Promise<string> {
    const execution = this.#transactional(fn, call, tx);
    const result = await this.#deadline.watch(execution, () => this.#execute(execution, fn, argsJson));
    if (result.includes('"$commitTs"') && hasCommitTs(JSON.parse(result))) {
      throw new Error(
        `Function ${fn.path} return value invalid: queries cannot return an unresolved placeholder value.`,
      );
    }
    return result;
  }

  /** `around` may add to the mutation's own transaction what must commit with it. */
  runMutation(
    fn: RegisteredFunction,
    argsJson: string,
    call: Call,
    around?: { before?(tx: Transaction): void; after?(tx: Transaction): void },
  ): Promise<string> {
    return this.store.write(async (tx) => {
      around?.before?.(tx);
      const execution = this.#transactional(fn, call, tx);
      const result = await this.#deadline.watch(execution, () => this.#execute(execution, fn, argsJson));
      around?.after?.(tx);
      if (tx.recorder !== undefined) {
        this.conflicts.add({ component: fn.component, path: fn.path, record: tx.recorder });
      }
      const commitTs = assignCommitTs(tx, this.store.commitClock);
      if (!result.includes('"$commitTs"')) return result;
      return JSON.stringify(withCommitTs(JSON.parse(result), encodeCommitTs(commitTs)));
    });
  }

  #runAction(fn: RegisteredFunction, argsJson: string, call: Call): Promise<string> {
    const { component, path, kind } = fn;
    const execution = new Execution({ runtime: this, kind, component, path, ...call });
    return this.#execute(execution, fn, argsJson);
  }

  #transactional(fn: RegisteredFunction, call: Call, tx: Transaction): Execution {
    const { component, path, kind } = fn;
    const meter = this.#meter.fresh();
    return new Execution({ runtime: this, kind, component, path, ...call, tx, meter });
  }

  /** Runs the function itself, waits for what it left undone, and checks what it returns. */
  async #execute(execution: Execution, fn: RegisteredFunction, argsJson: string): Promise<string> {
    try {
      const result = await execution.run(() => fn.invoke(`[${argsJson}]`, execution.request.requestId));
      if (execution.tx !== undefined) await execution.drain();
      if (execution.hasFailedOperation || execution.unhandled !== undefined) await requireHandled(execution);
      checkResult(fn, result);
      return result;
    } catch (error) {
      throw restoreData(error);
    } finally {
      execution.end();
    }
  }

  /** `ctx.runQuery` and `ctx.runMutation` of a query or mutation: in the caller's own transaction. */
  async callNested(caller: Execution, nested: NestedCall): Promise<string> {
    const kind = nested.udfType === "mutation" ? "mutation" : "query";
    if (caller.kind === "query" && (kind !== "query" || nested.udfType === "snapshotQuery")) {
      throw new Error(`Cannot call a ${kind} function from a ${caller.kind} function`);
    }
    if (caller.depth + 1 >= MAX_DEPTH) {
      throw new Error(`Cross component call depth limit exceeded (maximum: ${MAX_DEPTH})`);
    }
    const fn = await caller.whileLoading(this.#find(this.resolve(caller, nested), kind));
    const argsJson = JSON.stringify(nested.args);
    checkArgs(fn, argsJson.length, nested.args);
    if (nested.udfType === "snapshotQuery") return this.#snapshotQuery(caller, fn, argsJson, nested);
    return this.#inCallersTransaction(caller, fn, argsJson, nested.transactionLimits);
  }

  async #inCallersTransaction(
    caller: Execution,
    fn: RegisteredFunction,
    argsJson: string,
    budget: Partial<Usage> | undefined,
  ): Promise<string> {
    const { execution, tx, meter } = this.#nested(caller, fn, caller.tx as Transaction, budget);
    const savepoint = fn.kind === "mutation" ? tx.begin() : undefined;
    let hasFailed = true;
    try {
      const result = await this.#execute(execution, fn, argsJson);
      hasFailed = false;
      return result;
    } finally {
      caller.meter?.absorb(meter, hasFailed);
      // A caller that has been given up has taken the whole transaction with it.
      if (savepoint !== undefined && !caller.isOver) {
        if (hasFailed) tx.rollback(savepoint);
        else tx.release(savepoint);
      }
    }
  }

  /** A query that sees only what was committed before the mutation that asks. */
  #snapshotQuery(
    caller: Execution,
    fn: RegisteredFunction,
    argsJson: string,
    { transactionLimits }: NestedCall,
  ): Promise<string> {
    return this.store.read(async (tx) => {
      const { execution, meter } = this.#nested(caller, fn, tx, transactionLimits);
      try {
        return await this.#execute(execution, fn, argsJson);
      } finally {
        caller.meter?.absorb(meter, false);
      }
    });
  }

  #nested(caller: Execution, fn: RegisteredFunction, tx: Transaction, budget: Partial<Usage> | undefined) {
    const meter = (caller.meter as Meter).nested(budget);
    const { component, path, kind } = fn;
    const identity = component === caller.component ? caller.identity : null;
    const { request, log } = caller;
    const execution = new Execution({
      runtime: this,
      kind,
      component,
      path,
      identity,
      request,
      log,
      tx,
      meter,
      parent: caller,
    });
    return { execution, tx, meter };
  }

  /** `ctx.runQuery`, `ctx.runMutation` and `ctx.runAction` of an action: each a transaction of its own. */
  async callFromAction(caller: Execution, kind: Kind, target: FunctionPath, args: Json): Promise<string> {
    if (hasCommitTs(args)) {
      throw new Error(
        `Invalid arguments for "${target.path}": an unresolved placeholder value can only be passed to a query or mutation called from a mutation`,
      );
    }
    const fn = await this.#find(target, kind);
    const argsJson = JSON.stringify(args);
    checkArgs(fn, argsJson.length, args);
    // Identity is the app's own: it does not enter components, nor come back out of them.
    const identity = caller.component === "" && fn.component === "" ? caller.identity : null;
    const call = { identity, request: caller.request, log: caller.log };
    if (kind === "action") return this.#runAction(fn, argsJson, call);
    return kind === "query" ? this.#runQuery(fn, argsJson, call) : this.runMutation(fn, argsJson, call);
  }

  async #find(target: FunctionPath, kind: Kind): Promise<RegisteredFunction> {
    const { component, path } = target;
    if (!this.components.isReady(component)) await this.components.prepare(component);
    const fn = requireVisible(target, await this.components.require(component).find(path));
    checkKind(fn, kind);
    return fn;
  }

  /** A function by its name, for a call from outside. Synchronous for one that was called before. */
  findForCall(
    target: FunctionPath,
    kind: Kind | undefined,
    isPublicOnly: boolean,
  ): RegisteredFunction | Promise<RegisteredFunction> {
    const known = this.components.isReady(target.component)
      ? this.components.get(target.component)?.find(target.path)
      : undefined;
    if (known === undefined) return this.#findInUnprepared(target, kind, isPublicOnly);
    if (known instanceof Promise) return known.then((fn) => requireCallable(fn, kind, isPublicOnly));
    return requireCallable(known, kind, isPublicOnly);
  }

  async #findInUnprepared(
    target: FunctionPath,
    kind: Kind | undefined,
    isPublicOnly: boolean,
  ): Promise<RegisteredFunction> {
    const registry = this.components.get(target.component);
    if (registry === undefined) throw notFound(target.component, target.path);
    await this.components.prepare(target.component);
    return requireCallable(await registry.find(target.path), kind, isPublicOnly);
  }

  close(): void {
    this.#deadline.close();
  }
}

/** As on Convex, a call fails with the failure of what it did not wait for. */
async function requireHandled(execution: Execution): Promise<void> {
  // Only after a turn of the event loop is it known whether a rejection was handled.
  if (execution.hasFailedOperation) await nextTurn();
  if (execution.unhandled !== undefined) throw execution.unhandled.reason;
}
