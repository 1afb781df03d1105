import * as deploy from "@moorage/shared/contracts/deploy";
import { acts, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_control",
  title: "Start, stop, restart or upgrade",
  description: "Start, stop, restart or upgrade a server. An upgrade the user approves; then call it again.",
  contract: deploy.control,
  annotations: elsewhere(acts),
});
