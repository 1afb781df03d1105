import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_log_list",
  title: "List days with a log",
  description: "Days that have log entries, newest first.",
  contract: memory.logList,
  annotations: reads,
});
