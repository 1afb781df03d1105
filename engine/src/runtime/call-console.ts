/** `console` as functions see it: everything it prints is in the call's log, nothing in the process's output. */
import { performance } from "node:perf_hooks";
import type { Execution } from "./execution.ts";
import type { LogLevel } from "./function-log.ts";

const nothing = (): void => undefined;

/** One for each call, which may assign its methods. */
export function callConsole(execution: Execution): Console {
  const write =
    (level: LogLevel) =>
    (...args: unknown[]): void =>
      execution.log.write(level, execution.path, args);
  const log = write("log");
  const info = write("info");
  const error = write("error");
  const one = (value: unknown): void => log(value);
  const group = (...label: unknown[]): void => {
    if (label.length > 0) log(...label);
  };

  const timers = new Map<string, number>();
  const timeLog = (label = "default", ...args: unknown[]): void => {
    const started = timers.get(label);
    if (started !== undefined) info(`${label}: ${Math.round(performance.now() - started)}ms`, ...args);
  };
  const counts = new Map<string, number>();
  const count = (label = "default"): void => {
    const counted = (counts.get(label) ?? 0) + 1;
    counts.set(label, counted);
    info(`${label}: ${counted}`);
  };

  const methods = {
    debug: write("debug"),
    log,
    info,
    warn: write("warn"),
    error,
    trace: log,
    dir: one,
    dirxml: log,
    table: one,
    group,
    groupCollapsed: group,
    groupEnd: nothing,
    assert: (condition: unknown, ...args: unknown[]): void => {
      if (!condition) error("Assertion failed", ...args);
    },
    count,
    countReset: (label = "default"): void => void counts.delete(label),
    time: (label = "default"): void => void timers.set(label, performance.now()),
    timeLog,
    timeEnd: (label = "default"): void => {
      timeLog(label);
      timers.delete(label);
    },
    clear: nothing,
    profile: nothing,
    profileEnd: nothing,
    timeStamp: nothing,
  };
  return methods as unknown as Console;
}
