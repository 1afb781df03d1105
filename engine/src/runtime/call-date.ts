/** `Date` as functions see it: in a transaction time stands still. */
import { currentExecution } from "./execution.ts";

type DateConstructorArgs = ConstructorParameters<typeof Date>;

/** Gives `target` a property that each call may assign for itself; outside of calls it is as it was. */
function ownInCalls(target: object, name: string, inCalls: unknown): void {
  const key = `Date ${name}`;
  let outside: unknown = Reflect.get(target, name);
  Object.defineProperty(target, name, {
    get(): unknown {
      const globals = currentExecution()?.globals;
      if (globals === undefined) return outside;
      return key in globals ? globals[key] : inCalls;
    },
    set(value: unknown): void {
      const globals = currentExecution()?.globals;
      if (globals === undefined) outside = value;
      else globals[key] = value;
    },
    configurable: true,
    enumerable: false,
  });
}

/**
 * One class for all calls. It has the prototype of the process's `Date`, as on Convex: a date is an instance
 * wherever it was made. The body of a workflow assigns `prototype.constructor`, and keeps that to itself.
 */
function makeDate(real: DateConstructor): DateConstructor {
  const now = (): number => currentExecution()?.tx?.startedAt ?? real.now();
  function CallDate(...args: unknown[]): unknown {
    if (new.target === undefined) return new real(now()).toString();
    if (new.target !== CallDate) {
      return Reflect.construct(real, args.length === 0 ? [now()] : (args as DateConstructorArgs), new.target);
    }
    if (args.length === 0) return new real(now());
    return args.length === 1 ? new real(args[0] as number) : new real(...(args as DateConstructorArgs));
  }
  CallDate.now = now;
  CallDate.parse = real.parse;
  CallDate.UTC = real.UTC;
  CallDate.prototype = real.prototype;
  Object.defineProperty(CallDate, "name", { value: "Date" });
  for (const name of ["now", "parse", "UTC"]) ownInCalls(CallDate, name, Reflect.get(CallDate, name));
  ownInCalls(real.prototype, "constructor", CallDate);
  return CallDate as unknown as DateConstructor;
}

const dates = new WeakMap<DateConstructor, DateConstructor>();

/** One for each `Date` there is: a test may replace the global one. */
export function callDate(real: DateConstructor): DateConstructor {
  let date = dates.get(real);
  if (date === undefined) {
    date = makeDate(real);
    dates.set(real, date);
  }
  return date;
}
