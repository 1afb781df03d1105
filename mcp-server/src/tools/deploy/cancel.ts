import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, destroys, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_cancel",
  title: "Call an operation off",
  description: "Call off an operation that is running; a server that was being made is destroyed.",
  contract: deploy.cancel,
  annotations: elsewhere(destroys),
});
