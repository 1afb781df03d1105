/** Something that writes numbered things to one file until it is killed. */
export interface Writer {
  readonly name: string;
  /** Writes from a number on, in a process of its own, and tells of each write it is told has been done. */
  start(first: number, acknowledged: (number: number) => void): Running;
  /** What is in the file, read after all its writers are gone. */
  survivors(): Promise<Survivors>;
}

interface Running {
  /** Rejects when it ends or fails before it is killed. */
  readonly broken: Promise<never>;
  /** Ends the process without warning; resolves when everything it said before has been heard. */
  kill(): Promise<void>;
}

export interface Survivors {
  readonly numbers: ReadonlySet<number>;
  /** Writes of which only a part is there. */
  readonly halves: number;
  /** SQLite's own word on the file: "ok", or what is wrong with it. */
  readonly integrity: string;
}
