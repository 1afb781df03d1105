import * as status from "@moorage/shared/contracts/status";
import { adds, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "status_check",
  title: "Ask a server and its provider now",
  description: "Ask a server and its provider now whether it is there and well.",
  contract: status.check,
  annotations: elsewhere(adds),
});
