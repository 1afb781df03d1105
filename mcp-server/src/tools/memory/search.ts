import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_search",
  title: "Search memories",
  description: "Find memories by words, best first.",
  contract: memory.search,
  annotations: reads,
  session: ["project"],
  whole: "memory get ID",
});
