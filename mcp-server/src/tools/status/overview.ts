import * as status from "@moorage/shared/contracts/status";
import * as z from "zod";
import { defineTool, reads } from "../../tool.ts";

const { args, result, untrusted } = status.overview;

export default defineTool({
  name: "status_overview",
  title: "Everything at a glance",
  description: "Which Moorage, this key, the fleet, what needs attention, accounts, cost.",
  input: args,
  output: z.strictObject({ backend: z.string(), ...result.shape }),
  untrusted,
  calls: [status.overview],
  annotations: reads,
  handler: async (_, { backend, signal }) => ({
    ...(await backend.call(status.overview, {}, signal && { signal })),
    backend: await backend.where(),
  }),
});
