/** Memories and log entries for a person. Every line of a text is set off, so that none can pass for a line of ours. */
import type { ResultOf } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { moment, tableLines } from "../print.ts";

export function memoryLines(one: contracts.Memory & { cut?: true | undefined }): string[] {
  const { id, source, type, agent, project, tags, pinned, createdAt, expiresAt, content } = one;
  return [
    `${id}  ${source}, ${moment(createdAt)}: ${type} for ${agent}${pinned === true ? ", pinned" : ""}`,
    ...(project === undefined ? [] : [`  project: ${project}`]),
    ...(tags.length === 0 ? [] : [`  tags: ${tags.join(" · ")}`]),
    ...(expiresAt === undefined ? [] : [`  until: ${moment(expiresAt)}`]),
    ...quoted(content),
    ...(one.cut === true ? [`  This is the beginning: moorage memory get ${id}`] : []),
  ];
}

const quoted = (content: string): string[] => content.split(/\r\n|[\r\n\u2028\u2029]/).map((line) => `  | ${line}`);

export const memoriesLines = (memories: readonly Parameters<typeof memoryLines>[0][]): string[] =>
  memories.length === 0 ? ["There are no memories here."] : memories.flatMap(memoryLines);

export function addedLines({ memory, existing, merged, notMerged }: ResultOf<typeof contracts.add>): string[] {
  return [
    existing === true ? "This was known already:" : "Remembered:",
    ...memoryLines(memory),
    ...(merged === undefined ? [] : [`Taken over: ${merged.join(", ")}.`]),
    ...(notMerged === undefined ? [] : [`Not taken over: ${notMerged.join(", ")}; moorage memory update changes it.`]),
  ];
}

export const addedManyLines = ({ added }: ResultOf<typeof contracts.addMany>): string[] =>
  added.map(({ id, existing }) => (existing === true ? `${id}  was known already` : id));

export function foundLines({ memories, partial }: ResultOf<typeof contracts.search>): string[] {
  const hits = memories.flatMap(({ why, ...found }) => [...memoryLines(found), `  ${why}`]);
  const lines = hits.length === 0 ? ["Nothing was found."] : hits;
  return partial === true ? [...lines, "", "There may be more than one search reads: others find it."] : lines;
}

/** What became of a memory that is history, a step to the newer one where that is there. */
function replacementLines({ supersededBy, supersededAt }: Partial<contracts.Memory> = {}): string[] {
  if (supersededBy !== undefined) return [`  In its place: moorage memory get ${supersededBy}`];
  if (supersededAt === undefined) return [];
  return [`  Replaced ${moment(supersededAt)} by one that was deleted since`];
}

export function gotLines({ memory, history = [] }: ResultOf<typeof contracts.get>): string[] {
  const before = history.flatMap(({ source, updatedAt, type, content }) => [
    `since ${moment(updatedAt)}, by ${source}: ${type}`,
    ...quoted(content),
  ]);
  return [
    ...(memory === undefined ? [] : memoryLines(memory)),
    ...replacementLines(memory),
    ...(before.length === 0 ? [] : ["", "Before:", ...before]),
  ];
}

export function contextLines({ memories, logs, secrets, omitted }: ResultOf<typeof contracts.context>): string[] {
  const left = Object.entries(omitted).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [
    ...memoriesLines(memories),
    ...(logs.length === 0 ? [] : ["", "Today and yesterday:", ...logs.flatMap(entryLines)]),
    ...(secrets.length === 0 ? [] : ["", `Secrets: ${secrets.join(", ")}`]),
    ...(left.length === 0 ? [] : ["", `Left out for the budget's sake: ${left.join(", ")}.`]),
  ];
}

export const entryLines = ({ day, agent, source, at, altered, content }: contracts.LogEntry): string[] => [
  `${day}  ${agent}, by ${source}, ${moment(at)}${altered === true ? ": ALTERED SINCE" : ""}`,
  ...quoted(content),
];

export const logLines = (entries: readonly contracts.LogEntry[]): string[] =>
  entries.length === 0 ? ["There are no log entries here."] : entries.flatMap(entryLines);

export function logReadLines({ entries, days = [] }: ResultOf<typeof contracts.logRead>): string[] {
  const digests = days.map(({ day, agent, digest }) => [day, agent, digest]);
  return [
    ...logLines(entries),
    ...(digests.length === 0 ? [] : ["", ...tableLines(["DAY", "AGENT", "DIGEST"], digests)]),
  ];
}

export const logDayLines = ({ days }: ResultOf<typeof contracts.logList>): string[] =>
  days.length === 0
    ? ["There are no log entries yet."]
    : tableLines(
        ["DAY", "AGENT"],
        days.map(({ day, agent }) => [day, agent]),
      );
