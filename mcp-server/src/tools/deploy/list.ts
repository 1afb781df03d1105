import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "deploy_list",
  title: "List deployments",
  description: "Deployments, newest first.",
  contract: deploy.list,
  annotations: reads,
});
