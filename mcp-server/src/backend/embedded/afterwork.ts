/** What the door still has to do when a call has been answered: it keeps no process alive, and is done before one ends. */
export interface Afterwork {
  defer(context: unknown, work: Promise<void>): void;
  wait(ms: number): Promise<void>;
  /** Ends all waiting; resolves when the work behind it is done. */
  finish(): Promise<void>;
}

export function afterwork(): Afterwork {
  const pending = new Set<Promise<void>>();
  const ending = Promise.withResolvers<void>();
  return {
    defer(_context, work) {
      pending.add(work);
      void work.finally(() => pending.delete(work));
    },
    async wait(ms) {
      const time = Promise.withResolvers<void>();
      const timer = setTimeout(time.resolve, ms).unref();
      await Promise.race([time.promise, ending.promise]);
      clearTimeout(timer);
    },
    async finish() {
      ending.resolve();
      await Promise.all(pending);
    },
  };
}
