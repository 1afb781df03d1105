import * as memory from "@moorage/shared/contracts/memory";
import { defineTool, replaces } from "../../tool.ts";

export default defineTool({
  name: "memory_update",
  title: "Correct a memory",
  description: "Change the named fields of a memory; its old version is kept.",
  contract: memory.update,
  annotations: replaces,
  whole: "memory get ID",
});
