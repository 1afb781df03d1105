/** The globals of a function, where they are not the process's own. */
import { callConsole } from "./call-console.ts";
import { callCrypto } from "./call-crypto.ts";
import { callDate } from "./call-date.ts";
import { currentExecution, type Execution } from "./execution.ts";
import { GUARDED_TIMERS, guardedTimer } from "./guarded-timers.ts";

const maths = new WeakMap<Math, Math>();
const randomOfNode = Math.random;

/** `Math` whose random numbers come from the call's own generator, unless a test has replaced where they come from. */
function seededMath(real: Math): Math {
  let math = maths.get(real);
  if (math === undefined) {
    const random = (): number => {
      const own = real.random === randomOfNode ? currentExecution()?.random : undefined;
      return own === undefined ? real.random() : own.number();
    };
    math = Object.create(Object.getPrototypeOf(real), Object.getOwnPropertyDescriptors(real)) as Math;
    math.random = random;
    maths.set(real, math);
  }
  return math;
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

function refusePerformance(): never {
  throw new Error(
    "Can't use the Performance API in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.",
  );
}

const CLOCKLESS: PropertyDescriptorMap = {
  now: { value: refusePerformance },
  mark: { value: refusePerformance },
  measure: { value: refusePerformance },
  toJSON: { value: refusePerformance },
  timeOrigin: { get: refusePerformance },
};

/** `AbortSignal` that starts no timer. */
function timerless(real: typeof AbortSignal): typeof AbortSignal {
  const timeout = REFUSED.get("setTimeout");
  return new Proxy(real, { get: (target, name) => (name === "timeout" ? timeout : Reflect.get(target, name)) });
}

/** In actions whatever libraries need of the process is there; its environment is the deployment's. */
function processOf(execution: Execution, real: NodeJS.Process): unknown {
  const { env } = execution;
  if (execution.tx !== undefined) return { env };
  return Object.create(real, { env: { value: env, enumerable: true, writable: true, configurable: true } });
}

/**
 * What a function finds under this name before it assigns anything itself. Objects are the call's own, so that what
 * it assigns to their properties stays with it.
 */
export function initialGlobal(execution: Execution, name: string, real: unknown): unknown {
  switch (name) {
    case "process":
      return processOf(execution, real as NodeJS.Process);
    case "self":
      return globalThis;
    case "console":
      return callConsole(execution);
    case "crypto":
      return callCrypto(real as Crypto);
    case "Date":
      return callDate(real as DateConstructor);
    case "Math":
      return Object.create(execution.tx === undefined ? (real as Math) : seededMath(real as Math));
  }
  if (execution.tx === undefined) return GUARDED_TIMERS.has(name) ? guardedTimer(real as never) : real;
  switch (name) {
    case "performance":
      return Object.create(Object.getPrototypeOf(real), CLOCKLESS);
    case "AbortSignal":
      return timerless(real as typeof AbortSignal);
  }
  return REFUSED.get(name) ?? real;
}
