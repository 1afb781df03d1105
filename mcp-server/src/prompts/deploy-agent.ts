import { providers } from "../fleet.ts";
import type { Prompt } from "../prompt.ts";
import catalog from "../tools/deploy/catalog.ts";

export default {
  name: "deploy_agent",
  title: "Deploy an agent",
  description: "From a wish to a server that runs, with a price and the user's yes.",
  arguments: { provider: { description: "whose server; all are compared when left out", complete: providers } },
  text:
    "Deploy an agent server as the user wishes; below is what there is to choose from, and what each provider still needs. Ask for " +
    "what is not clear: name, provider, region, secrets. Where a connection is needed, call deploy_connect and hand on " +
    "its page or command; without a public address try it out with the provider simulated, and say so. Plan with " +
    "deploy_plan and show the user its lines and price. Call deploy_create; when it waits for the user, hand on its " +
    "page and command, and call it again once they agreed. Follow with status_operation until it is done, then tell " +
    "from deploy_get how to reach the agent. If it failed, say why; the server is gone then.",
  tool: catalog,
  read: ({ provider }) => (provider === undefined ? {} : { provider }),
  otherwise: { code: "not_connected", args: {} },
} satisfies Prompt;
