import * as secrets from "@moorage/shared/contracts/secrets";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "secret_explain",
  title: "Explain what an agent gets",
  description: "Which level's secret an agent gets and why, what it misses, what it never used.",
  contract: secrets.explain,
  annotations: reads,
  session: ["agent"],
});
