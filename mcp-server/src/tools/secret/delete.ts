import * as secrets from "@moorage/shared/contracts/secrets";
import { defineTool, destroys } from "../../tool.ts";

export default defineTool({
  name: "secret_delete",
  title: "Delete a secret",
  description: "Delete a secret. Look first with dryRun who resolved it lately. The user approves; then call it again.",
  contract: secrets.delete,
  annotations: destroys,
});
