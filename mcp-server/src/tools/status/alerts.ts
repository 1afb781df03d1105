import * as status from "@moorage/shared/contracts/status";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "status_alerts",
  title: "List alerts",
  description: "Alerts: what a person should look at, newest first.",
  contract: status.alerts,
  annotations: reads,
});
