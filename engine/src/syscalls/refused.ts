/** What only Convex's cloud has: refused by name, with what to do instead. */
import { ANYWHERE, type Operation } from "./operation.ts";

const refuse = (what: string): Operation => ({
  kinds: ANYWHERE,
  run() {
    throw new Error(`${what} is not available on this engine.`);
  },
});

export const refusedOperations: Record<string, Operation> = {
  "1.0/createServiceToken": refuse("The AI gateway"),
  "1.0/getServiceUrl": refuse("The AI gateway"),
};
