import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_context",
  title: "Start with what is known",
  description: "Call once at a session's start: important and recent memories, today's and yesterday's log.",
  contract: memory.context,
  annotations: reads,
  session: ["agent", "project"],
});
