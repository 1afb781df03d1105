import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_list",
  title: "List memories",
  description: "Memories, newest first.",
  contract: memory.list,
  annotations: reads,
  whole: "memory get ID",
});
