import type { PendingJob } from "./jobs.ts";

/** The jobs this process is going to run, by when they are due. */
export class ArmedJobs {
  readonly #jobs = new Map<string, PendingJob>();
  #first: number | undefined = Number.POSITIVE_INFINITY;

  add(job: PendingJob): void {
    this.#jobs.set(job.id, job);
    if (this.#first !== undefined) this.#first = Math.min(this.#first, job.due);
  }

  delete(id: string): void {
    if (this.#jobs.delete(id)) this.#first = undefined;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** Infinity if there is none. */
  get firstDue(): number {
    if (this.#first === undefined) {
      this.#first = Number.POSITIVE_INFINITY;
      for (const { due } of this.#jobs.values()) this.#first = Math.min(this.#first, due);
    }
    return this.#first;
  }

  /** Takes out what is due, in the order in which it is. */
  takeDue(now: number): PendingJob[] {
    const due = [...this.#jobs.values()].filter((job) => job.due <= now);
    for (const { id } of due) this.delete(id);
    return due.sort((a, b) => a.due - b.due || a.rowId - b.rowId);
  }
}
