/** The fleet as resources. */
import { deploymentNames } from "../fleet.ts";
import type { Resource } from "../resource.ts";
import get from "../tools/deploy/get.ts";
import events from "../tools/status/events.ts";
import overview from "../tools/status/overview.ts";

export const deployments: readonly Resource[] = [
  {
    uri: "moorage://overview",
    name: "overview",
    title: "Everything at a glance",
    description: "The fleet, its accounts, its cost, and what needs attention.",
    tool: overview,
    read: () => ({}),
  },
  {
    uri: "moorage://deployment/{name}",
    name: "deployment",
    title: "A deployment",
    description: "Its state, configuration and history, by its name.",
    tool: get,
    read: ({ name }) => ({ deployment: name }),
    complete: { name: deploymentNames },
  },
  {
    uri: "moorage://deployment/{name}/events",
    name: "deployment events",
    title: "What happened to a deployment",
    description: "Newest first.",
    tool: events,
    read: ({ name }) => ({ deployment: name }),
    complete: { name: deploymentNames },
  },
];
