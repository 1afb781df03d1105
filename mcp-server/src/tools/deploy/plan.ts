import * as deploy from "@moorage/shared/contracts/deploy";
import { adds, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_plan",
  title: "Plan a server",
  description: "What a new agent server would be and cost. Changes nothing; show it to the user, then deploy_create.",
  contract: deploy.plan,
  annotations: elsewhere(adds),
});
