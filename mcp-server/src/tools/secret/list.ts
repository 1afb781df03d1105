import * as secrets from "@moorage/shared/contracts/secrets";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "secret_list",
  title: "List secrets",
  description: "Which secrets exist, with age, use and level; never a value.",
  contract: secrets.list,
  annotations: reads,
});
