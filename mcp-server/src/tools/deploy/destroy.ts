import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, destroys, elsewhere } from "../../tool.ts";

export default defineTool({
  name: "deploy_destroy",
  title: "Destroy a server",
  description: "Destroy a server for good; memories and secrets stay. The user approves; then call it again.",
  contract: deploy.destroy,
  annotations: elsewhere(destroys),
});
