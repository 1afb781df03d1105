import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_log_search",
  title: "Search the daily logs",
  description: "Find log entries by words, best first; from and to as YYYY-MM-DD.",
  contract: memory.logSearch,
  annotations: reads,
});
