import * as deploy from "@moorage/shared/contracts/deploy";
import { acts, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_rollback",
  title: "Go back to an earlier configuration",
  description: "Go back to an earlier configuration. Grave changes the user approves; then call it again.",
  contract: deploy.rollback,
  annotations: elsewhere(acts),
});
