import * as secrets from "@moorage/shared/contracts/secrets";
import * as z from "zod";
import { letType, typing } from "../../person/waiting.ts";
import { adds, defineTool } from "../../tool.ts";

const { name, agent, length, alphabet, rotateAfterDays } = secrets.generate.args.shape;
const done = secrets.generate.result.extend({ status: z.literal("done") });

/** No value passes through it: the backend makes one, or a person types it where the model does not see it. */
export default defineTool({
  name: "secret_set",
  title: "Set a secret",
  description:
    "Set a secret: generate makes its value unseen; else give the user the answer's page or command to type it.",
  input: z.strictObject({
    name,
    agent,
    generate: z.strictObject({ length, alphabet, rotateAfterDays }).optional(),
  }),
  output: z.discriminatedUnion("status", [done, typing]),
  calls: [secrets.generate, secrets.request],
  annotations: adds,
  handler: async ({ generate, ...place }, context) => {
    if (generate === undefined) return letType(place, context);
    const { backend, signal } = context;
    const made = await backend.call(secrets.generate, { ...place, ...generate }, signal && { signal });
    return { status: "done" as const, ...made };
  },
});
