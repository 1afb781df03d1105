import { type ConvexClient, createConvexClient } from "./convex-client.ts";
import { type Bindings, parseBindings } from "./env.ts";
import { Sessions } from "./sessions.ts";
import { createSigner } from "./signer.ts";

/** Everything that is made once for a set of bindings and kept while they stay the same. */
export interface Door {
  readonly convex: ConvexClient;
  readonly sessions: Sessions;
}

/** Hands out the door of the bindings a request comes with; they hardly ever change, so one is remembered. */
export function createDoors(convexFetch: typeof fetch, now: () => number): (env: Bindings) => Door {
  let last: { env: Bindings; door: Door } | undefined;
  return (env) => {
    if (last === undefined || !isSame(last.env, env)) {
      const settings = parseBindings(env);
      const door = {
        convex: createConvexClient(settings.convexUrl, convexFetch),
        sessions: new Sessions(createSigner(settings), now),
      };
      last = { env: { ...env }, door };
    }
    return last.door;
  };
}

const isSame = (a: Bindings, b: Bindings) =>
  a.MOORAGE_SIGNING_KEY === b.MOORAGE_SIGNING_KEY &&
  a.CONVEX_URL === b.CONVEX_URL &&
  a.MOORAGE_ISSUER === b.MOORAGE_ISSUER &&
  a.MOORAGE_AUDIENCE === b.MOORAGE_AUDIENCE;
