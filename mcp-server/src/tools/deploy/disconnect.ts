import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, destroys, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_disconnect",
  title: "Forget an account at a provider",
  description: "Forget an account at a provider. The user approves while servers are there.",
  contract: deploy.disconnect,
  annotations: elsewhere(destroys),
});
