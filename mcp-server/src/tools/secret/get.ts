import * as secrets from "@moorage/shared/contracts/secrets";
import { defineTool, reads } from "../../tool.ts";

export default defineTool({
  name: "secret_get",
  title: "Show a secret's value",
  description: "Puts the value into this conversation. Only if the user asks to see it.",
  contract: secrets.reveal,
  annotations: reads,
  reveals: true,
});
