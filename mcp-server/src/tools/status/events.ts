import * as status from "@moorage/shared/contracts/status";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "status_events",
  title: "What happened to deployments",
  description: "Newest first.",
  contract: status.events,
  annotations: reads,
});
