/**
 * One shard of `Presence`: it answers heartbeats from memory. Convex hears of changes at once, of everything else in rounds,
 * and is asked each minute what it has changed by itself.
 */
import type { Beat, Desired } from "@moorage/shared/contracts/instances";
import type { Heard, Task } from "@moorage/shared/contracts/presence";
import { REPORT_ITEMS } from "@moorage/shared/limits";
import { SILENT_MS, UNREACHABLE_MS } from "@moorage/shared/presence";
import type { Sender } from "./presence.ts";

/** Changes of so long are told together. */
const GATHER_MS = 200;
const MINUTE_MS = 60_000;
/** How often a server is told of that has not changed. */
const ROUND_MS = 5 * MINUTE_MS;
const RETRY_MS = 5_000;

/** 0: it reports; 1: it is late; 2: it is gone. */
type Silence = 0 | 1 | 2;

/** What is kept of a server while the shard sleeps. */
export interface Kept {
  instance: string;
  keyId: string;
  /** Absent until it has been heard here. */
  proofHash?: string | undefined;
  desired: Desired;
  lastSeenAt: number;
  /** What Convex knows of it. */
  told: { state: string; silence: Silence; at: number };
  /** Not heard since the shard woke up then: what was heard before its sleep is not known any more. */
  suspectAt?: number | undefined;
}

interface Entry extends Kept {
  /** The last one since the shard woke up. */
  beat?: Beat;
}

export interface ShardOptions {
  entries: readonly Kept[];
  now: () => number;
  flush: (heard: Heard[]) => Promise<{ tasks: Task[]; gone: string[] }>;
  changes: (since: number) => Promise<{ tasks: Task[]; gone: string[]; at: number }>;
  keep: (kept: Kept) => void;
  forget: (keyId: string) => void;
  /** Have `work` called then, or earlier. */
  wake: (at: number) => void;
  onFailure: (error: unknown) => void;
}

export class Shard {
  readonly #options: ShardOptions;
  readonly #entries: Map<string, Entry>;
  #since: number;
  #askAt = 0;
  #roundAt = 0;
  #working: Promise<void> | undefined;

  constructor(options: ShardOptions) {
    this.#options = options;
    this.#entries = new Map(options.entries.map((kept) => [kept.keyId, { ...kept }]));
    // While it has servers it wakes up every minute: more has not been missed.
    this.#since = this.#entries.size === 0 ? 0 : options.now() - ROUND_MS;
  }

  beat({ keyId, proofHash }: Sender, beat: Beat): Desired | undefined {
    const entry = this.#entries.get(keyId);
    if (entry === undefined || entry.proofHash !== proofHash) return undefined;
    this.#hear(entry, beat);
    return entry.desired;
  }

  async admit({ keyId, proofHash }: Sender, instance: string, beat: Beat): Promise<Desired | undefined> {
    const before = this.#entries.get(keyId);
    const desired = before?.desired ?? { generation: beat.generation, secretsAt: 0, logsWanted: false };
    const told = before?.told ?? { state: "", silence: 0, at: 0 };
    const entry: Entry = { instance, keyId, proofHash, desired, lastSeenAt: 0, told };
    this.#entries.set(keyId, entry);
    this.#hear(entry, beat);
    // The first answer is to say what the server is to do, which Convex alone knows.
    await this.work();
    return this.#entries.get(keyId)?.desired;
  }

  async refresh(): Promise<void> {
    this.#askAt = 0;
    await this.work();
  }

  /** What is due. Of calls at the same time, the later ones wait for another turn. */
  async work(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    this.#working = this.#turn().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #turn(): Promise<void> {
    const { now, wake, onFailure } = this.#options;
    let next = this.#askAt;
    try {
      if (now() >= this.#askAt) await this.#ask();
      await this.#tell();
      next = this.#news().length > 0 ? now() + GATHER_MS : this.#askAt;
    } catch (error) {
      onFailure(error);
      next = now() + RETRY_MS;
    }
    if (this.#entries.size > 0) wake(next);
  }

  /** Less what is good for the time it is awake alone. */
  #keep({ beat: _, ...kept }: Entry): void {
    this.#options.keep(kept);
  }

  #hear(entry: Entry, beat: Beat): void {
    const { now, wake } = this.#options;
    entry.lastSeenAt = now();
    entry.beat = beat;
    if (entry.suspectAt !== undefined) {
      entry.suspectAt = undefined;
      this.#keep(entry);
    }
    if (this.#isNews(entry)) wake(now() + GATHER_MS);
  }

  async #ask(): Promise<void> {
    const { now, changes } = this.#options;
    const { tasks, gone, at } = await changes(this.#since);
    this.#since = at;
    this.#askAt = now() + MINUTE_MS;
    this.#take({ tasks, gone });
  }

  #take({ tasks, gone }: { tasks: readonly Task[]; gone: readonly string[] }): void {
    const { now, forget } = this.#options;
    for (const { instance, keyId, desired } of tasks) {
      // One that was never heard here may be silent as well.
      const fresh = {
        instance,
        keyId,
        lastSeenAt: 0,
        told: { state: "", silence: 0, at: 0 },
        suspectAt: now(),
      } as const;
      const before = this.#entries.get(keyId);
      const entry: Entry = { ...(before ?? fresh), desired };
      this.#entries.set(keyId, entry);
      if (before === undefined || !isSame(before.desired, desired)) this.#keep(entry);
    }
    for (const keyId of gone) {
      this.#entries.delete(keyId);
      forget(keyId);
    }
  }

  async #tell(): Promise<void> {
    const { now, flush } = this.#options;
    const isRound = now() >= this.#roundAt;
    const news = this.#news();
    const telling = [...news, ...(isRound ? this.#leastToldOf(news) : [])].slice(0, REPORT_ITEMS);
    if (telling.length === 0 && !(isRound && this.#entries.size > 0)) return;
    const said = telling.map((entry) => ({
      entry,
      told: { state: stateOf(entry), silence: this.#silenceOf(entry), at: now() },
    }));
    const answer = await flush(said.map(({ entry, told }) => heardOf(entry, told.silence)));
    if (isRound) this.#roundAt = now() + ROUND_MS;
    // What changed meanwhile differs from what was told, and is told next.
    for (const { entry, told } of said) {
      const isKept = entry.told.state === told.state && entry.told.silence === told.silence;
      entry.told = told;
      if (!isKept) this.#keep(entry);
    }
    this.#take(answer);
  }

  #news(): Entry[] {
    return [...this.#entries.values()].filter((entry) => this.#isNews(entry));
  }

  #isNews(entry: Entry): boolean {
    return stateOf(entry) !== entry.told.state || this.#silenceOf(entry) !== entry.told.silence;
  }

  #leastToldOf(news: readonly Entry[]): Entry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.lastSeenAt > entry.told.at && !news.includes(entry))
      .sort((a, b) => a.told.at - b.told.at);
  }

  #silenceOf(entry: Entry): Silence {
    const since = entry.beat === undefined ? this.#suspected(entry) : entry.lastSeenAt;
    const silent = this.#options.now() - since;
    return silent >= UNREACHABLE_MS ? 2 : silent >= SILENT_MS ? 1 : 0;
  }

  #suspected(entry: Entry): number {
    if (entry.suspectAt === undefined) {
      entry.suspectAt = this.#options.now();
      this.#keep(entry);
    }
    return entry.suspectAt;
  }
}

const isSame = (a: Desired, b: Desired): boolean =>
  a.generation === b.generation && a.secretsAt === b.secretsAt && a.logsWanted === b.logsWanted;

/** What of a heartbeat is told at once when it changes; figures wait for their round. */
function stateOf({ beat, told }: Entry): string {
  if (beat === undefined) return told.state;
  const { generation, container, bootId, image, secrets, rebootRequired, diskUsedPercent = 0 } = beat;
  return JSON.stringify([generation, container, bootId, image, secrets, rebootRequired, diskUsedPercent >= 95]);
}

function heardOf({ instance, keyId, lastSeenAt, suspectAt = 0, beat }: Entry, silence: Silence): Heard {
  const heard = { instance, keyId, lastSeenAt: Math.max(lastSeenAt, suspectAt), silent: silence > 0 };
  return beat === undefined || silence > 0 ? heard : { ...heard, beat };
}
