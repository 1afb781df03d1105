import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "memory_get",
  title: "Read one memory",
  description: "One memory by id.",
  contract: memory.get,
  annotations: reads,
  whole: "memory get ID",
});
