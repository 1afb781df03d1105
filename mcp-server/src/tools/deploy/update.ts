import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, elsewhere, replaces } from "../../tool.ts";

export default defineTool({
  name: "deploy_update",
  title: "Change a configuration",
  description:
    "Change what is named of a configuration; null removes. Grave changes the user approves; then call it again.",
  contract: deploy.update,
  annotations: elsewhere(replaces),
});
