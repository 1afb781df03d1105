import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, destroys } from "../../tool.ts";

export default defineTool({
  name: "memory_delete",
  title: "Forget a memory",
  description: "Delete a memory for good. Prefer memory_update when it is only out of date.",
  contract: memory.delete,
  annotations: destroys,
});
