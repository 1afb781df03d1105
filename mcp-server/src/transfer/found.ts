/** What was found in another tool's files, and where. All of it is data: nothing here is believed but its form. */
import type { BroughtLog, BroughtMemory, BroughtVersion } from "@moorage/shared/contracts/transfer";

/** What has no name where it comes from gets its key from what it says. */
type Unnamed<T> = Omit<T, "key"> & { key?: string };
export type FoundMemory = Unnamed<BroughtMemory>;
export type FoundVersion = Unnamed<BroughtVersion>;
export type FoundLog = Unnamed<BroughtLog>;
export type MemoryType = BroughtMemory["type"];

export interface Place {
  /** As the person wrote the path, or below it. */
  file: string;
  line: number;
}

/** An item with where it stood. */
export type At<T> = T & { place: Place };

export interface Problem {
  place: Place;
  why: string;
}

export interface Found {
  memories: At<FoundMemory>[];
  versions: At<FoundVersion>[];
  logs: At<FoundLog>[];
  problems: Problem[];
}

export const nothing = (): Found => ({ memories: [], versions: [], logs: [], problems: [] });

/** A file that was read, as text. */
export interface SourceFile {
  /** As the person wrote the path, or below it. */
  name: string;
  /** From the folder that was named, with slashes; a file that was named itself is its own name. */
  path: string;
  text: string;
  /** Where the text begins, in a file that is read in pieces. */
  firstLine: number;
}

/** From one file, or one piece of it. */
export const MOST_ENTRIES = 50_000;

/** How one tool keeps memory. */
export interface Format {
  readonly name: string;
  /** What it is, for `--help` and the report. */
  readonly title: string;
  /** Whether this file is one of the tool's. */
  owns(file: SourceFile): boolean;
  read(file: SourceFile): Found;
}
