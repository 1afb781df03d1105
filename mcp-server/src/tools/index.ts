/** Every tool there is, by name. */
import type { Tool } from "../tool.ts";
import memoryAdd from "./memory/add.ts";
import memoryAddMany from "./memory/add-many.ts";
import memoryContext from "./memory/context.ts";
import memoryDelete from "./memory/delete.ts";
import memoryGet from "./memory/get.ts";
import memoryList from "./memory/list.ts";
import memoryLogAppend from "./memory/log-append.ts";
import memoryLogList from "./memory/log-list.ts";
import memoryLogRead from "./memory/log-read.ts";
import memorySearch from "./memory/search.ts";
import memoryUpdate from "./memory/update.ts";

export const TOOLS: readonly Tool[] = [
  memoryAdd,
  memoryAddMany,
  memoryContext,
  memoryDelete,
  memoryGet,
  memoryList,
  memoryLogAppend,
  memoryLogList,
  memoryLogRead,
  memorySearch,
  memoryUpdate,
];
