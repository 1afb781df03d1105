/** Memories and log days as resources, for clients in which a person picks what the model reads. */
import type { LogEntry } from "@moorage/shared/contracts/memory";
import { valuesOf } from "../completion.ts";
import { onDay } from "../log-day.ts";
import type { Resource } from "../resource.ts";
import context from "../tools/memory/context.ts";
import get from "../tools/memory/get.ts";
import list from "../tools/memory/list.ts";
import logRead from "../tools/memory/log-read.ts";

export const memories: readonly Resource[] = [
  {
    uri: "moorage://context",
    name: "context",
    title: "What is known",
    description: "What a session should know at its start.",
    tool: context,
    read: () => ({}),
  },
  {
    uri: "moorage://memory",
    name: "memories",
    title: "Latest memories",
    description: "The newest memories of every agent.",
    tool: list,
    read: () => ({}),
  },
  {
    uri: "moorage://memory/{id}",
    name: "memory",
    title: "A memory",
    description: "One memory, by its id.",
    tool: get,
    read: ({ id }) => ({ id }),
    complete: { id: valuesOf("memory") },
  },
  {
    uri: "moorage://log/{agent}/{day}",
    name: "log",
    title: "A day's log",
    description: "What an agent noted on a day (YYYY-MM-DD).",
    tool: logRead,
    read: ({ agent, day }) => ({ agent, ...onDay(day), limit: 100 }),
    isAt: ({ agent }, { entries }) => (entries as LogEntry[]).every((entry) => entry.agent === agent),
    complete: { agent: valuesOf("logAgent"), day: valuesOf("day") },
  },
];
