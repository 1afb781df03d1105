import * as secrets from "@moorage/shared/contracts/secrets";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "secret_rollout",
  title: "Follow a rotation",
  description: "Which servers run with a secret's newest version; the one before is kept until all do.",
  contract: secrets.rollout,
  annotations: reads,
});
