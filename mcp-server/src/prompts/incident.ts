import type { Prompt } from "../prompt.ts";
import overview from "../tools/status/overview.ts";

export default {
  name: "incident",
  title: "Find out what is wrong",
  description: "Looks into servers that are not well, and mends what can be mended.",
  arguments: { deployment: { description: "which one; all that want attention when left out" } },
  text:
    "Something is wrong with a deployment; below is how everything stands. For the one that is meant, or each under " +
    "attention: status_check asks the server and its provider now, status_events says what happened, status_logs the " +
    "agent's own last lines. Say what you found and since when. If it began after a change, propose deploy_rollback; " +
    "if the agent hangs, deploy_control with restart. Do nothing that the user has not agreed to, destroy nothing, and " +
    "name what you do not know. When it is over, note cause and cure with memory_log_append.",
  tool: overview,
  read: () => ({}),
} satisfies Prompt;
