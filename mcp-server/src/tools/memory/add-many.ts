import * as memory from "@moorage/shared/contracts/memory";
import { adds, defineTool } from "../../tool.ts";

export default defineTool({
  name: "memory_add_many",
  title: "Remember several things",
  description: "As memory_add, up to 100 at once, all or none.",
  contract: memory.addMany,
  annotations: adds,
  session: ["agent", "project"],
});
