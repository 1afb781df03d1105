import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_log_search",
  title: "Search the daily logs",
  description: "Find log entries by words, best first.",
  contract: memory.logSearch,
  annotations: reads,
});
