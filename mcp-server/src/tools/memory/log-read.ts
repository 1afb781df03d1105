import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_log_read",
  title: "Read the daily log",
  description: "Log entries of a range of days (YYYY-MM-DD), oldest first.",
  contract: memory.logRead,
  annotations: reads,
});
