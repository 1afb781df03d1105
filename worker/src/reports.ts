/**
 * What the door tells Convex with its own key, after it has answered: calls it refused, added up by key, function, code
 * and minute, and that keys were used. Strangers cannot make it write: what names no key that Convex knows is dropped there.
 */
import { refusals as refusalsContract } from "@moorage/shared/contracts/audit";
import { touch } from "@moorage/shared/contracts/keys";
import type { ErrorCode } from "@moorage/shared/errors";
import { REPORT_ITEMS } from "@moorage/shared/limits";
import type { ConvexClient } from "./convex-client.ts";
import type { Session } from "./sessions.ts";

/** One report tells of everything that was refused in so long. */
const GATHERED_MS = 5_000;
const HOUR_MS = 60 * 60_000;
/** Beyond it, a flood is told as the part of it that fits. */
const KEPT = REPORT_ITEMS;

interface Refusal {
  keyId: string;
  code: ErrorCode;
  minute: number;
  count: number;
  function?: string;
}

interface Use {
  keyId: string;
  at: number;
  address?: string;
}

export interface ReportsOptions {
  convex: ConvexClient;
  /** The door's own session; undefined where its key is none, and then nothing is told. */
  session: () => Promise<Session | undefined>;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  /** A report that did not arrive is kept and told with the next one. */
  onFailure: (error: unknown) => void;
}

export class Reports {
  readonly #options: ReportsOptions;
  #refusals = new Map<string, Refusal>();
  #uses = new Map<string, Use>();
  #running: Promise<void> | undefined;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /** Answers with the work that is left to do after the answer, if any. */
  refused(what: { keyId: string; code: ErrorCode; function: string | undefined }): Promise<void> | undefined {
    const minute = Math.floor(this.#options.now() / 60_000);
    const name = [what.keyId, what.function, what.code, minute].join(" ");
    const known = this.#refusals.get(name);
    if (known !== undefined) known.count++;
    else if (this.#refusals.size < KEPT) {
      const { keyId, code } = what;
      const refusal = { keyId, code, minute, count: 1 };
      this.#refusals.set(name, what.function === undefined ? refusal : { ...refusal, function: what.function });
    }
    return this.#start();
  }

  used(session: Session): Promise<void> | undefined {
    const at = this.#options.now();
    if (at < session.touchedAt + HOUR_MS) return undefined;
    session.touchedAt = at;
    const { keyId, address } = session;
    if (this.#uses.size < KEPT)
      this.#uses.set(session.name, address === undefined ? { keyId, at } : { keyId, at, address });
    return this.#start();
  }

  async #flush(): Promise<void> {
    const [refusals, uses] = [this.#refusals, this.#uses];
    this.#refusals = new Map();
    this.#uses = new Map();
    try {
      const session = await this.#options.session();
      if (session === undefined) return;
      if (refusals.size > 0) await this.#send(refusalsContract.path, { refusals: [...refusals.values()] }, session);
      refusals.clear();
      if (uses.size > 0) await this.#send(touch.path, { uses: [...uses.values()] }, session);
    } catch (error) {
      for (const [name, refusal] of refusals) if (!this.#refusals.has(name)) this.#refusals.set(name, refusal);
      this.#options.onFailure(error);
    }
  }

  #start(): Promise<void> | undefined {
    if (this.#running !== undefined) return undefined;
    const run = async () => {
      await this.#options.wait(GATHERED_MS);
      this.#running = undefined;
      await this.#flush();
    };
    this.#running = run();
    return this.#running;
  }

  async #send(path: string, args: object, session: Session): Promise<void> {
    const call = { kind: "mutation", path, format: "json", args } as const;
    await this.#options.convex.forward(call, session.token, { id: crypto.randomUUID() });
  }
}
