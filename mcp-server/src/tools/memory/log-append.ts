import * as memory from "@moorage/shared/contracts/memory";
import { adds, defineTool } from "../../tool.ts";

export default defineTool({
  name: "memory_log_append",
  title: "Add to the daily log",
  description: "Append one line to the day's log: what was done, found or left open.",
  contract: memory.logAppend,
  annotations: adds,
  session: ["agent"],
  whole: "memory log read",
});
