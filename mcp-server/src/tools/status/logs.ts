import * as status from "@moorage/shared/contracts/status";
import { adds, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "status_logs",
  title: "Log lines of an agent",
  description:
    "An agent's last log lines. Status asked: its server sends them with its next report; call again in a minute.",
  contract: status.logs,
  annotations: elsewhere(adds),
});
