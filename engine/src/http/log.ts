/** One answered request. Says nothing of arguments, results or who asked. */
export interface RequestLog {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What the client was not told: a function's error or the engine's. */
  readonly error?: unknown;
}

export type LogSink = (entry: RequestLog) => void;
