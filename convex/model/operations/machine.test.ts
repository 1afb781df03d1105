import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  type Facts,
  type Happening,
  LEASE_MS,
  type Machine,
  type Move,
  move,
  QUIET_MS,
  type Result,
} from "./machine.ts";

const NOTHING: Facts = { enrolled: false, healthy: false, applied: false, refused: false };
const START = 1_000_000;
const at = (now = START, facts: Partial<Facts> = {}) => ({ now, facts: { ...NOTHING, ...facts }, random: () => 0.5 });

const go = (machine: Machine, happening: Happening, around = at()): Move => {
  const moved = move(machine, happening, around);
  if (moved === undefined) throw new Error("nothing changed");
  return moved;
};
/** Claims the work and reports what it came to. */
function work(machine: Machine, result: Result, around = at()): Move {
  const { machine: claimed } = go(machine, { type: "claimed", seq: machine.seq }, around);
  return go(claimed, { type: "reported", seq: claimed.seq, result }, around);
}
const done: Result = { type: "done" };
const created = () => begin("create", at()).machine;
const started = () => work(created(), { type: "done", pending: ["a1"] }).machine;
const enrolling = () => work(started(), done).machine;
const verifying = () => go(enrolling(), { type: "noticed" }, at(START, { enrolled: true })).machine;

describe("creating a server", () => {
  it("goes from create_server over wait_server_ready and enrol to verify_heartbeat, and is done", () => {
    expect(created()).toMatchObject({ state: "create_server", tries: 0 });
    expect(started()).toMatchObject({ state: "wait_server_ready", pending: ["a1"] });
    expect(enrolling()).toMatchObject({ state: "enrol" });
    expect(verifying()).toMatchObject({ state: "verify_heartbeat" });
    const { machine } = go(verifying(), { type: "noticed" }, at(START, { enrolled: true, healthy: true }));
    expect(machine).toMatchObject({ state: "done", outcome: "succeeded" });
    expect(machine.leaseUntil).toBeUndefined();
  });

  it("looks again while the server is starting, less and less often", () => {
    const first = work(started(), { type: "again" });
    expect(first.machine).toMatchObject({ state: "wait_server_ready", tries: 0, pending: ["a1"] });
    const later = work(first.machine, { type: "again" }, at(START + 5 * 60_000));
    expect(later.performAt! - (START + 5 * 60_000)).toBeGreaterThan(first.performAt! - START);
  });

  it("does not wait for what the server has said already", () => {
    const { machine } = work(started(), done, at(START, { enrolled: true, healthy: true }));
    expect(machine).toMatchObject({ state: "done", outcome: "succeeded" });
  });

  it("tries again after a failure that may pass, later each time and never before the provider allows", () => {
    const first = work(created(), { type: "retry", problem: "busy" });
    const second = work(first.machine, { type: "retry", problem: "busy" });
    expect(second.machine).toMatchObject({ state: "create_server", tries: 2, problem: "busy" });
    expect(second.performAt!).toBeGreaterThan(first.performAt!);
    expect(work(created(), { type: "retry", problem: "busy", afterMs: 60_000 }).performAt).toBe(START + 60_000);
  });

  it("gives up after so many tries, and takes away what may be there", () => {
    let machine = created();
    while (machine.state === "create_server") ({ machine } = work(machine, { type: "retry", problem: "busy" }));
    expect(machine).toMatchObject({ state: "destroy", ending: "failed", problem: "busy" });
  });

  it.each([
    ["create_server", created],
    ["wait_server_ready", started],
  ])("that fails for good in %s ends in destroy, then as failed", (_state, before) => {
    const { machine } = work(before(), { type: "fail", problem: "no such size" });
    expect(machine).toMatchObject({ state: "destroy", ending: "failed", problem: "no such size" });
    expect(work(machine, done).machine).toMatchObject({ state: "done", outcome: "failed", problem: "no such size" });
  });

  it.each([
    ["enrol", enrolling, "The server never reported in."],
    ["verify_heartbeat", verifying, "The agent on the server did not become healthy."],
  ])("ends in destroy when nothing is heard in %s for its time", (_state, before, problem) => {
    const machine = before();
    expect(move(machine, { type: "expired", seq: machine.seq }, at(machine.leaseUntil! - 1))).toBeUndefined();
    const { machine: ended } = go(machine, { type: "expired", seq: machine.seq }, at(machine.leaseUntil));
    expect(ended).toMatchObject({ state: "destroy", ending: "failed", problem });
  });

  it("tries a step again whose worker died, when its lease ends", () => {
    const { machine: claimed } = go(created(), { type: "claimed", seq: created().seq });
    expect(claimed.leaseUntil).toBe(START + LEASE_MS);
    const { machine } = go(claimed, { type: "expired", seq: claimed.seq }, at(claimed.leaseUntil));
    expect(machine).toMatchObject({ state: "create_server", tries: 1 });
  });

  it("counts no time in which no process was there to work", () => {
    const around = at(START + 24 * 60 * 60_000);
    const died = started();
    expect(work(died, { type: "again" }, around).machine).toMatchObject({ state: "wait_server_ready" });
    const { machine } = go(died, { type: "expired", seq: died.seq }, around);
    expect(machine).toMatchObject({ state: "wait_server_ready", tries: 1 });
    expect(machine.giveUpAt).toBeGreaterThan(around.now);
  });

  it("counts no time in which no process was there to listen, and then waits once more", () => {
    const { now } = at(START + 24 * 60 * 60_000);
    const deaf = enrolling();
    const { machine } = go(deaf, { type: "expired", seq: deaf.seq }, at(now));
    expect(machine).toMatchObject({ state: "enrol", leaseUntil: machine.giveUpAt });
    expect(machine.giveUpAt).toBeGreaterThan(now);
    expect(go(machine, { type: "noticed" }, at(now, { enrolled: true })).machine.state).toBe("verify_heartbeat");
    const { machine: over } = go(machine, { type: "expired", seq: machine.seq }, at(machine.leaseUntil));
    expect(over).toMatchObject({ state: "destroy", ending: "failed" });
  });
});

describe("calling it off", () => {
  it.each([
    ["create_server", created],
    ["wait_server_ready", started],
    ["enrol", enrolling],
    ["verify_heartbeat", verifying],
  ])("in %s ends in destroy, then as cancelled", (_state, before) => {
    const { machine } = go(before(), { type: "cancelled" });
    expect(machine).toMatchObject({ state: "destroy", ending: "cancelled" });
    expect(work(machine, done).machine).toMatchObject({ state: "done", outcome: "cancelled" });
  });

  it("while the call that creates the server is under way waits until it must be over", () => {
    const { machine: claimed } = go(created(), { type: "claimed", seq: created().seq });
    const { performAt } = go(claimed, { type: "cancelled" });
    expect(performAt).toBe(claimed.leaseUntil);
  });

  it("takes away a server that turns up after the end", () => {
    const { machine: gone } = work(go(created(), { type: "cancelled" }).machine, done);
    const { machine, performAt } = go(gone, { type: "late" });
    expect(machine).toMatchObject({ state: "destroy", ending: "cancelled" });
    expect(performAt).toBe(START);
    expect(machine.outcome).toBeUndefined();
  });

  it("changes nothing while it is being destroyed, nor when it is over", () => {
    expect(move(begin("destroy", at()).machine, { type: "cancelled" }, at())).toBeUndefined();
    const { machine } = work(begin("start", at()).machine, done);
    expect(move(machine, { type: "cancelled" }, at())).toBeUndefined();
  });

  it("ends any other operation at once: there is nothing to take away", () => {
    expect(go(begin("restart", at()).machine, { type: "cancelled" }).machine).toMatchObject({ outcome: "cancelled" });
    expect(go(begin("apply", at()).machine, { type: "cancelled" }).machine).toMatchObject({ outcome: "cancelled" });
  });
});

describe("destroying", () => {
  it("begins when a call that may still create the server is over", () => {
    expect(begin("destroy", at(), START + 40_000).performAt).toBe(START + 40_000);
  });

  it("looks again until the server is gone", () => {
    const { machine } = work(begin("destroy", at()).machine, { type: "again" });
    expect(machine).toMatchObject({ state: "destroy" });
    expect(work(machine, done).machine).toMatchObject({ state: "done", outcome: "succeeded" });
  });

  it("that never comes to an end has failed, and says what that may mean", () => {
    const { machine: calledOff } = go(created(), { type: "cancelled" });
    const { machine: claimed } = go(calledOff, { type: "claimed", seq: calledOff.seq });
    const again: Happening = { type: "reported", seq: claimed.seq, result: { type: "again" } };
    const { machine } = go(claimed, again, at(calledOff.giveUpAt));
    expect(machine).toMatchObject({ state: "done", outcome: "failed" });
    expect(machine.problem).toContain("may still be there");
  });
});

describe("bringing a configuration onto the server", () => {
  const applying = () => begin("apply", at()).machine;

  it("is done when the server reports it", () => {
    expect(go(applying(), { type: "noticed" }, at(START, { applied: true })).machine).toMatchObject({
      outcome: "succeeded",
    });
  });

  it("has failed when the server went back, or says nothing; the server stays", () => {
    expect(go(applying(), { type: "noticed" }, at(START, { refused: true })).machine).toMatchObject({
      outcome: "failed",
    });
    const { leaseUntil, seq } = applying();
    expect(go(applying(), { type: "expired", seq }, at(leaseUntil)).machine).toMatchObject({ outcome: "failed" });
  });
});

describe("starting, stopping and restarting", () => {
  it.each(["start", "stop", "restart"] as const)("%s is done when the provider says so", (kind) => {
    const { machine } = work(begin(kind, at()).machine, { type: "again", pending: ["a1"] });
    expect(machine).toMatchObject({ state: "control", pending: ["a1"] });
    expect(work(machine, done).machine).toMatchObject({ state: "done", outcome: "succeeded" });
  });

  it("has failed when the provider refuses; the server stays", () => {
    expect(work(begin("stop", at()).machine, { type: "fail", problem: "gone" }).machine).toMatchObject({
      outcome: "failed",
    });
  });
});

describe("whatever comes late or twice", () => {
  it.each(["claimed", "reported", "expired"] as const)("%s with an old number changes nothing", (type) => {
    const { machine: claimed } = go(created(), { type: "claimed", seq: created().seq });
    const old = { type, seq: created().seq, result: done } as Happening;
    expect(move(claimed, old, at(START + 10 * LEASE_MS))).toBeUndefined();
  });
});

/** A provider, a scheduler that loses, repeats and reorders, and workers that die: all that a real one may do. */
class World {
  now = START;
  servers = 0;
  enrolled = false;
  machine: Machine;
  readonly #queue: { at: number; run: () => void }[] = [];
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
    const first = begin("create", this.#around());
    this.machine = first.machine;
    this.#arm(first);
  }

  #around = () => ({
    now: this.now,
    facts: { ...NOTHING, enrolled: this.enrolled, healthy: this.enrolled },
    random: this.#chance,
  });

  #later(ms: number, run: () => void): void {
    this.#queue.push({ at: this.now + ms, run });
  }

  #take(happening: Happening): boolean {
    const moved = move(this.machine, happening, this.#around());
    if (moved === undefined) return false;
    this.machine = moved.machine;
    this.#arm(moved);
    return true;
  }

  #arm({ machine: { seq, leaseUntil }, performAt }: Move): void {
    if (performAt !== undefined) {
      const perform = () => this.#perform(seq);
      if (this.#chance() > 0.15) this.#later(performAt - this.now, perform);
      if (this.#chance() > 0.8) this.#later(performAt - this.now + this.#chance() * 1_000, perform);
    }
    if (leaseUntil !== undefined && this.#chance() > 0.2)
      this.#later(leaseUntil - this.now, () => this.#take({ type: "expired", seq }));
  }

  #perform(seq: number): void {
    if (!this.#take({ type: "claimed", seq })) return;
    const claimed = this.machine;
    if (this.#chance() < 0.2) return; // died before it called anyone
    const called = this.#chance() * (LEASE_MS - QUIET_MS);
    this.#later(called, () => {
      const result =
        claimed.state === "destroy" ? this.#destroy() : claimed.state === "create_server" ? this.#create() : done;
      if (this.#chance() < 0.25) return; // died before it could report
      const slow = this.#chance() < 0.2 ? LEASE_MS * 3 * this.#chance() : 0;
      this.#later(slow, () => {
        const isLate = !this.#take({ type: "reported", seq: claimed.seq, result });
        if (isLate && claimed.state === "create_server" && result.type === "done") this.#take({ type: "late" });
      });
    });
  }

  /** Looks first, as every adapter does; now and then carries it out after the caller was told that it failed. */
  #create(): Result {
    const make = () => {
      if (this.servers > 0) return;
      this.servers++;
      if (this.#chance() < 0.7) this.#later(5_000, () => this.#enrol());
    };
    const luck = this.#chance();
    if (luck < 0.2) return { type: "retry", problem: "busy" };
    if (luck < 0.3) return { type: "fail", problem: "no such size" };
    if (luck < 0.4) {
      this.#later(this.#chance() * (QUIET_MS - 1), make);
      return { type: "retry", problem: "reply lost", afterMs: QUIET_MS };
    }
    make();
    return done;
  }

  #enrol(): void {
    this.enrolled = this.servers > 0;
    this.#take({ type: "noticed" });
  }

  #destroy(): Result {
    if (this.servers === 0) return done;
    if (this.#chance() < 0.3) return { type: "retry", problem: "busy" };
    this.servers = 0;
    return { type: "again" };
  }

  /** Until it is over, and nothing that was under way is any more; the cron looks in every minute. */
  run(cancelAt: number | undefined): void {
    if (cancelAt !== undefined) this.#later(cancelAt, () => this.#take({ type: "cancelled" }));
    for (let minute = 1; minute < 24 * 60 && !(this.machine.state === "done" && this.#queue.length === 0); minute++) {
      this.#runUntil(START + minute * 60_000);
      const { leaseUntil, seq } = this.machine;
      if (leaseUntil !== undefined && leaseUntil <= this.now) this.#take({ type: "expired", seq });
    }
  }

  #runUntil(end: number): void {
    for (;;) {
      this.#queue.sort((a, b) => a.at - b.at);
      if (this.#queue[0] === undefined || this.#queue[0].at > end) break;
      const next = this.#queue.shift()!;
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }
}

/** Even chances that a seed repeats; fast-check's own numbers are extremes, under which everything always dies. */
function chancesOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}

it("whatever dies, repeats, is lost or comes late: it ends, with one server or with none", () => {
  const cancelAt = fc.option(fc.integer({ min: 0, max: 20 * 60_000 }), { nil: undefined });
  const outcomes = new Set<string | undefined>();
  void fc.assert(
    fc.property(fc.integer(), cancelAt, (seed, cancelled) => {
      const world = new World(chancesOf(seed));
      world.run(cancelled);
      const { state, outcome } = world.machine;
      outcomes.add(outcome);
      expect({ state, outcome, servers: world.servers }).toEqual({
        state: "done",
        outcome,
        servers: outcome === "succeeded" ? 1 : 0,
      });
    }),
    { numRuns: 2_000 },
  );
  expect([...outcomes].sort()).toEqual(["cancelled", "failed", "succeeded"]);
});
