import * as memory from "@moorage/shared/contracts/memory";
import { adds, defineTool } from "../../tool.ts";

export default defineTool({
  name: "memory_add",
  title: "Remember something",
  description: "Save one thing for later sessions. Search first if it may be known. Never a secret.",
  contract: memory.add,
  annotations: adds,
  session: ["agent", "project"],
  whole: "memory get ID",
});
