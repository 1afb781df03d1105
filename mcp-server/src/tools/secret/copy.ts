import * as secrets from "@moorage/shared/contracts/secrets";
import { adds, defineTool } from "../../tool.ts";

export default defineTool({
  name: "secret_copy",
  title: "Copy a secret",
  description: "Copy a secret to another agent or level, unseen. To a wider one the user approves; then call it again.",
  contract: secrets.copy,
  annotations: adds,
});
