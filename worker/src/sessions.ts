/** What the door remembers of its callers, in memory and for minutes: Convex decides every call anew. */
import { parseApiKey, proofOf } from "@moorage/shared/api-key";
import { AppError, type ErrorCode } from "@moorage/shared/errors";
import { BoundedMap } from "./bounded-map.ts";
import { type Sign, TOKEN_TTL_MS } from "./signer.ts";

const SESSIONS = 5_000;
const REFUSALS = 5_000;
/** A token is signed anew a minute before it ends, so that none ends on the way. */
const RENEW_BEFORE_MS = 60_000;
/** How long the door goes by what `keys:resolve` said. */
const KNOWN_MS = 60_000;
/** Long enough to spare Convex a client that hammers with a dead key, short enough to go unnoticed once it is alive. */
const REFUSED_MS = 3_000;

export interface Session {
  /** Key and address together. Not the key id alone: whoever knows an id must not speak for its key. */
  readonly name: string;
  readonly keyId: string;
  readonly proof: string;
  readonly address: string | undefined;
  token: string;
  renewAt: number;
  /** Unset until Convex has vouched for the key. */
  scopes?: ReadonlySet<string>;
  /** The server whose key it is, as Convex says. */
  instance?: string | undefined;
  knownUntil: number;
  /** When Convex was last told that the key is in use. */
  touchedAt: number;
}

export class Sessions {
  readonly #sign: Sign;
  readonly #now: () => number;
  readonly #live = new BoundedMap<Session>(SESSIONS);
  readonly #refused = new BoundedMap<{ code: ErrorCode; until: number }>(REFUSALS);

  constructor(sign: Sign, now: () => number) {
    this.#sign = sign;
    this.#now = now;
  }

  /** The caller's session with a token that is good for a minute at least; undefined when the text is no key at all. */
  async open(bearer: string, address: string | undefined): Promise<Session | undefined> {
    const name = `${address ?? ""} ${bearer}`;
    const now = this.#now();
    const live = this.#live.get(name);
    if (live !== undefined) {
      if (now >= live.renewAt) await this.#renew(live, now);
      return live;
    }
    const key = parseApiKey(bearer);
    if (key === undefined) return undefined;
    const refused = this.#refused.get(name);
    if (refused !== undefined && now < refused.until) throw new AppError(refused.code);
    const session: Session = {
      name,
      keyId: key.keyId,
      proof: await proofOf(key.secret),
      address,
      token: "",
      renewAt: 0,
      knownUntil: 0,
      touchedAt: 0,
    };
    await this.#renew(session, now);
    return session;
  }

  isKnown(session: Session): boolean {
    return session.scopes !== undefined && this.#now() < session.knownUntil;
  }

  /** Convex has vouched for the key: only now does it take a place among the live ones. */
  vouch(session: Session, scopes: readonly string[], expiresAt: number | undefined): void {
    session.scopes = new Set(scopes);
    session.knownUntil = Math.min(this.#now() + KNOWN_MS, expiresAt ?? Number.POSITIVE_INFINITY);
    this.#live.set(session.name, session);
  }

  /** Convex has refused the key: nothing that was remembered in its favour holds. */
  refuse(session: Session, code: ErrorCode): void {
    this.#live.delete(session.name);
    this.#refused.set(session.name, { code, until: this.#now() + REFUSED_MS });
  }

  async #renew(session: Session, now: number): Promise<void> {
    session.token = await this.#sign(session, now);
    session.renewAt = now + TOKEN_TTL_MS - RENEW_BEFORE_MS;
  }
}
