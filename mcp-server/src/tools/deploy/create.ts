import * as deploy from "@moorage/shared/contracts/deploy";
import { adds, defineTool, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_create",
  title: "Create a planned server",
  description: "Create a planned server. The user approves; then call it again. Follow it with status_operation.",
  contract: deploy.create,
  annotations: elsewhere(adds),
});
