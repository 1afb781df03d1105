/** A long text in new files that only their owner can read, each short enough to be read in again as a whole. */
import { createWriteStream, type WriteStream } from "node:fs";
import { extname } from "node:path";
import { finished } from "node:stream/promises";
import { SettingError } from "../setting-error.ts";

interface Division {
  /** What no file grows beyond by much. */
  maxBytes: number;
  /** With which each file after the first begins. */
  head: string;
}

export class Parts {
  readonly paths: string[] = [];
  readonly #path: string;
  readonly #division: Division | undefined;
  #file: WriteStream | undefined;

  /** Undivided, it is one file. */
  constructor(path: string, division: Division | undefined) {
    this.#path = path;
    this.#division = division;
  }

  async write(text: string): Promise<void> {
    if (this.#file === undefined) await this.#begin("");
    else if (
      this.#division !== undefined &&
      this.#file.bytesWritten + this.#file.writableLength > this.#division.maxBytes
    )
      await this.#begin(this.#division.head);
    if (!this.#file!.write(text)) await drained(this.#file!);
  }

  async end(): Promise<void> {
    if (this.#file === undefined) return this.#begin("").then(() => this.end());
    this.#file.end();
    await finished(this.#file);
  }

  async #begin(head: string): Promise<void> {
    if (this.#file !== undefined) await this.end();
    const count = this.paths.length + 1;
    const extension = extname(this.#path);
    const stem = this.#path.slice(0, this.#path.length - extension.length);
    const path = count === 1 ? this.#path : `${stem}-${count}${extension}`;
    this.#file = await openNew(path);
    this.paths.push(path);
    this.#file.write(head);
  }
}

async function openNew(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { mode: 0o600, flags: "wx" });
  await new Promise<void>((resolve, reject) => {
    file.once("open", () => resolve());
    file.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new SettingError(`${path} cannot be written as a new file (${code})`)),
    );
  });
  return file;
}

export const drained = (output: NodeJS.WritableStream) => new Promise((resolve) => output.once("drain", resolve));
