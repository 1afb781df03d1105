import * as status from "@moorage/shared/contracts/status";
import { defineTool, replaces } from "../../tool.ts";

export default defineTool({
  name: "status_alert_ack",
  title: "Acknowledge an alert",
  description: "Once the user has seen the alert.",
  contract: status.alertAck,
  annotations: replaces,
});
