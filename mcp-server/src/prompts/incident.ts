import { deploymentNames } from "../fleet.ts";
import type { Prompt } from "../prompt.ts";
import get from "../tools/deploy/get.ts";

export default {
  name: "incident",
  title: "Find out what is wrong",
  description: "Looks into a server that is not well, and mends what can be mended.",
  arguments: { deployment: { description: "its name", required: true, complete: deploymentNames } },
  text:
    "Something is wrong with this deployment; below is how it stands, and what was changed of it. status_check asks " +
    "the server and its provider now, status_events says what happened, status_logs the agent's own last lines. Say what you found and since when. If it began after a change, propose deploy_rollback; " +
    "if the agent hangs, deploy_control with restart. Do nothing that the user has not agreed to, destroy nothing, and " +
    "name what you do not know. When it is over, note cause and cure with memory_log_append.",
  tool: get,
  read: ({ deployment = "" }) => ({ deployment }),
} satisfies Prompt;
