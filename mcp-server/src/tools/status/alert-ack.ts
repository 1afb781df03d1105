import * as status from "@moorage/shared/contracts/status";
import { defineTool, replaces } from "../../tool.ts";

export default defineTool({
  name: "status_alert_ack",
  title: "Acknowledge an alert",
  description: "Acknowledge an alert, once the user has seen it.",
  contract: status.alertAck,
  annotations: replaces,
});
