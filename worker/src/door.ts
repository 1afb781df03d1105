import { Attempts } from "./attempts.ts";
import { type ConvexClient, createConvexClient } from "./convex-client.ts";
import { type Bindings, parseBindings } from "./env.ts";
import { type Calls, createCalls } from "./presence/convex.ts";
import type { Presence } from "./presence/presence.ts";
import { Reports } from "./reports.ts";
import { Sessions } from "./sessions.ts";
import { createSigner } from "./signer.ts";

/** Everything that is made once for a set of bindings and kept while they stay the same. */
export interface Door {
  readonly convex: ConvexClient;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  /** Absent where the door has no key of its own. */
  readonly reports: Reports | undefined;
  /** The same. */
  readonly presence: Presence | undefined;
  /** Work after an answer that did not succeed. */
  readonly onFailure: (error: unknown) => void;
  /** Scheme, host and port of the one-time pages. */
  readonly origin: string | undefined;
}

export interface DoorOptions {
  convexFetch: typeof fetch;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  /** A report to Convex that did not arrive. */
  onFailure: (error: unknown) => void;
  /** Where servers are heard, for a door that has a key of its own. */
  createPresence: (env: Bindings, calls: Calls) => Presence | undefined;
}

/** Hands out the door of the bindings a request comes with; they hardly ever change, so one is remembered. */
export function createDoors({
  convexFetch,
  now,
  wait,
  onFailure,
  createPresence,
}: DoorOptions): (env: Bindings) => Door {
  let last: { env: Bindings; door: Door } | undefined;
  return (env) => {
    if (last === undefined || !isSame(last.env, env)) {
      const settings = parseBindings(env);
      const convex = createConvexClient(settings.convexUrl, convexFetch);
      const sessions = new Sessions(createSigner(settings), now);
      const { doorKey, origin } = settings;
      const session = (key: string) => () => sessions.open(key, undefined);
      const attempts = new Attempts(now);
      const reports =
        doorKey === undefined ? undefined : new Reports({ convex, session: session(doorKey), now, wait, onFailure });
      const presence = doorKey === undefined ? undefined : createPresence(env, createCalls(convex, session(doorKey)));
      const door = { convex, sessions, attempts, reports, presence, onFailure, origin };
      last = { env: { ...env }, door };
    }
    return last.door;
  };
}

const isSame = (a: Bindings, b: Bindings) =>
  a.MOORAGE_SIGNING_KEY === b.MOORAGE_SIGNING_KEY &&
  a.CONVEX_URL === b.CONVEX_URL &&
  a.MOORAGE_ISSUER === b.MOORAGE_ISSUER &&
  a.MOORAGE_AUDIENCE === b.MOORAGE_AUDIENCE &&
  a.MOORAGE_DOOR_KEY === b.MOORAGE_DOOR_KEY &&
  a.MOORAGE_PUBLIC_URL === b.MOORAGE_PUBLIC_URL;
