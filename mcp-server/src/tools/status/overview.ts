import * as status from "@moorage/shared/contracts/status";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "status_overview",
  title: "Everything at a glance",
  description: "This key, the fleet, what needs attention, accounts, cost.",
  contract: status.overview,
  annotations: reads,
});
