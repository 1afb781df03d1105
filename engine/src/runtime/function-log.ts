import { inspect } from "node:util";
import type { LogLine } from "../types.ts";

export type LogLevel = LogLine["level"];

const MAX_LINES = 256;
const MAX_LINE_LENGTH = 32_768;

/** What one call, with all calls it makes, prints. */
export class FunctionLog {
  readonly lines: string[] = [];
  readonly #requestId: string;
  readonly #sink: (line: LogLine, args: unknown[]) => void;

  constructor(requestId: string, sink: (line: LogLine, args: unknown[]) => void) {
    this.#requestId = requestId;
    this.#sink = sink;
  }

  write(level: LogLevel, path: string, args: unknown[]): void {
    const message = args
      .map((arg) => inspect(arg))
      .join(" ")
      .slice(0, MAX_LINE_LENGTH);
    if (this.lines.length < MAX_LINES) this.lines.push(`[${level.toUpperCase()}] ${message}`);
    else if (this.lines.length === MAX_LINES) {
      this.lines.push(`[ERROR] Log overflow (maximum ${MAX_LINES}). Remaining log lines omitted.`);
    } else return;
    this.#sink({ level, message, path, requestId: this.#requestId }, args);
  }
}
