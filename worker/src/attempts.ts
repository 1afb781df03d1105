import { BoundedMap } from "./bounded-map.ts";

const ADDRESSES = 5_000;
/** So many keys that are none, from one address in a minute, are no slip. */
const A_MINUTE = 300;

/** Failed attempts by source, in memory: whoever guesses is slowed down before Convex is asked. */
export class Attempts {
  readonly #failed = new BoundedMap<{ minute: number; count: number }>(ADDRESSES);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  count(address: string | undefined): void {
    const minute = this.#minute();
    const known = this.#failed.get(address ?? "");
    if (known?.minute === minute) known.count++;
    else this.#failed.set(address ?? "", { minute, count: 1 });
  }

  tooMany(address: string | undefined): boolean {
    const known = this.#failed.get(address ?? "");
    return known?.minute === this.#minute() && known.count >= A_MINUTE;
  }

  #minute(): number {
    return Math.floor(this.#now() / 60_000);
  }
}
