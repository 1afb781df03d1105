/** The globals of a function, where they are not the process's own. */
import { callCrypto } from "./call-crypto.ts";
import { currentExecution, type Execution } from "./execution.ts";
import type { LogLevel } from "./function-log.ts";

type DateConstructorArgs = ConstructorParameters<typeof Date>;

/**
 * `Date` with the clock of one transaction. A class of its own for each call, prototype included: a function may
 * change both, as the body of a workflow does.
 */
function makeDate(real: DateConstructor, time: number): DateConstructor {
  function CallDate(...args: unknown[]): unknown {
    if (new.target === undefined) return new real(time).toString();
    return Reflect.construct(real, args.length === 0 ? [time] : (args as DateConstructorArgs), new.target);
  }
  CallDate.now = () => time;
  CallDate.parse = real.parse;
  CallDate.UTC = real.UTC;
  CallDate.prototype = Object.create(real.prototype, {
    constructor: { value: CallDate, writable: true, configurable: true },
  });
  Object.defineProperty(CallDate, "name", { value: "Date" });
  return CallDate as unknown as DateConstructor;
}

const maths = new WeakMap<Math, Math>();

/** `Math` whose random numbers come from the call's own generator. */
function seededMath(real: Math): Math {
  let math = maths.get(real);
  if (math === undefined) {
    const random = (): number => currentExecution()?.random.number() ?? real.random();
    math = Object.create(Object.getPrototypeOf(real), Object.getOwnPropertyDescriptors(real)) as Math;
    math.random = random;
    maths.set(real, math);
  }
  return math;
}

const LEVELS: LogLevel[] = ["debug", "log", "info", "warn", "error"];
const consoles = new WeakMap<Console, Console>();

/** `console` that prints into the call's log. */
function loggingConsole(real: Console): Console {
  let logging = consoles.get(real);
  if (logging === undefined) {
    const write =
      (level: LogLevel) =>
      (...args: unknown[]) => {
        const execution = currentExecution();
        if (execution === undefined) real[level](...args);
        else execution.log.write(level, execution.path, args);
      };
    logging = Object.assign(Object.create(real), Object.fromEntries(LEVELS.map((level) => [level, write(level)])));
    consoles.set(real, logging as Console);
  }
  return logging as Console;
}

function refused(name: string) {
  return () => {
    throw new Error(
      `Can't use ${name}() in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details. (\`${name}\` is not supported here.)`,
    );
  };
}

const REFUSED = new Map(
  ["fetch", "setTimeout", "setInterval", "setImmediate"].map((name) => [name, refused(name)] as const),
);

/** In actions whatever libraries need of the process is there; its environment is the deployment's. */
function processOf(execution: Execution, real: NodeJS.Process): unknown {
  const { env } = execution;
  if (execution.tx !== undefined) return { env };
  return Object.create(real, { env: { value: env, enumerable: true, writable: true, configurable: true } });
}

/** What a function finds under this name before it assigns anything itself. */
export function initialGlobal(execution: Execution, name: string, real: unknown): unknown {
  switch (name) {
    case "process":
      return processOf(execution, real as NodeJS.Process);
    case "console":
      return loggingConsole(real as Console);
    case "crypto":
      return callCrypto(real as Crypto);
  }
  if (execution.tx === undefined) return real;
  switch (name) {
    case "Date":
      return makeDate(real as DateConstructor, execution.tx.startedAt);
    case "Math":
      return seededMath(real as Math);
  }
  return REFUSED.get(name) ?? real;
}
