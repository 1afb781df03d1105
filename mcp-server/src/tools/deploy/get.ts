import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "deploy_get",
  title: "Look at a deployment",
  description: "A deployment's state, configuration, history, and how to reach it.",
  contract: deploy.get,
  annotations: reads,
});
