import * as status from "@moorage/shared/contracts/status";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "status_events",
  title: "What happened to deployments",
  description: "What happened to deployments, newest first.",
  contract: status.events,
  annotations: reads,
});
