import * as secrets from "@moorage/shared/contracts/secrets";
import * as z from "zod";
import { letType, typing } from "../../person/waiting.ts";
import { adds, defineTool } from "../../tool.ts";

const [done] = secrets.rotate.result.options;

export default defineTool({
  name: "secret_rotate",
  title: "Renew a secret",
  description:
    "Renew a secret: a generated value is made anew; for any other, the user types the new one, as with secret_set.",
  input: secrets.rotate.args.omit({ opId: true }),
  output: z.discriminatedUnion("status", [done, typing]),
  calls: [secrets.rotate, secrets.request],
  annotations: adds,
  handler: async (place, context) => {
    const { backend, signal } = context;
    const result = await backend.call(secrets.rotate, place, signal && { signal });
    return result.status === "done" ? result : letType(place, context);
  },
});
