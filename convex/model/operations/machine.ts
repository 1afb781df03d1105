/**
 * The state machine of an operation, without a database: what happened goes in, where the operation stands comes out.
 * `seq` fences: every move raises it, and what carries another number is late. Drawn in convex/README.md.
 */
import type { OperationKind, OperationState, Outcome } from "@moorage/shared/deployment";

export interface Machine {
  kind: OperationKind;
  state: OperationState;
  seq: number;
  /** Of the current state: how often its work failed. */
  tries: number;
  /** When whoever works on the state, or is waited for, is taken for dead; absent once it is done. */
  leaseUntil?: number;
  enteredAt: number;
  giveUpAt?: number;
  /** Until then a call that creates a server may be under way. */
  createUntil?: number;
  /** Provider actions that the state waits for. */
  pending?: string[];
  /** How it ends after `destroy`. */
  ending?: "failed" | "cancelled";
  problem?: string;
  outcome?: Outcome;
  /** Nobody could see the server gone: it may still be there. */
  leftover?: true;
}

/** What the work of a state came to. To throw means that nobody knows: then its lease ends. */
export type Result =
  | { type: "done"; pending?: string[] }
  /** Not yet: look again. */
  | { type: "again"; pending?: string[] }
  | { type: "retry"; problem: string; afterMs?: number }
  | { type: "fail"; problem: string };

export type Happening =
  | { type: "claimed"; seq: number }
  | { type: "reported"; seq: number; result: Result }
  | { type: "expired"; seq: number }
  /** The server said something: `facts` are other than before. */
  | { type: "noticed" }
  | { type: "cancelled" }
  /** A server turned up that a call made which nobody waits for any more. */
  | { type: "late" };

/** What is known of the server, whoever said it. */
export interface Facts {
  enrolled: boolean;
  healthy: boolean;
  applied: boolean;
  refused: boolean;
}

export interface Surroundings {
  now: number;
  facts: Facts;
  /** 0 to 1. */
  random: () => number;
}

/** Where it stands now, and when its work is to begin, if there is any. */
export interface Move {
  machine: Machine;
  performAt?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How long an action may work. */
export const LEASE_MS = 120 * SECOND;
/** So long it may begin calls to the provider; each ends within 30 s, and then there is quiet until the lease ends. */
export const CALLS_MS = 60 * SECOND;
/** A provider may carry a call out some time after it was cut off; nobody looks or creates anew before. */
export const QUIET_MS = 30 * SECOND;
/** Whatever comes so late after a lease ended found nobody to work or to listen: no process was open. */
const AWAY_MS = 5 * MINUTE;
/** An action that has not begun so long after its time never will. */
const BEGIN_MS = 30 * SECOND;
const POLL_MS = { first: 2 * SECOND, most: 15 * SECOND };
const BACKOFF_MS = { first: 2 * SECOND, most: 5 * MINUTE };

interface StateRule {
  /** Work is done by an action; the others wait for what the server says. */
  works: boolean;
  withinMs: number;
  tries: number;
  /** What is said when the time is over. */
  late: string;
}

const RULES: Record<Exclude<OperationState, "done">, StateRule> = {
  create_server: {
    works: true,
    withinMs: 15 * MINUTE,
    tries: 8,
    late: "The provider did not create the server in time.",
  },
  wait_server_ready: { works: true, withinMs: 10 * MINUTE, tries: 20, late: "The server did not start in time." },
  enrol: { works: false, withinMs: 15 * MINUTE, tries: 0, late: "The server never reported in." },
  verify_heartbeat: {
    works: false,
    withinMs: 15 * MINUTE,
    tries: 0,
    late: "The agent on the server did not become healthy.",
  },
  control: { works: true, withinMs: 10 * MINUTE, tries: 10, late: "The provider did not carry it out in time." },
  apply: {
    works: false,
    withinMs: 15 * MINUTE,
    tries: 0,
    late: "The server did not report the new configuration in time.",
  },
  destroy: {
    works: true,
    withinMs: 24 * 60 * MINUTE,
    tries: 300,
    late: "The provider did not confirm that the server is gone; it may still be there, and cost money.",
  },
};

const FIRST: Record<OperationKind, Exclude<OperationState, "done">> = {
  create: "create_server",
  apply: "apply",
  start: "control",
  stop: "control",
  restart: "control",
  destroy: "destroy",
};

/** An operation that begins now; `from` is when a call that it has to wait for is over. */
export function begin(kind: OperationKind, around: Surroundings, from = around.now): Move {
  return enter({ kind, state: FIRST[kind], seq: 0, tries: 0, enteredAt: around.now }, FIRST[kind], around, from);
}

/** Until when a call to the provider may be under way; what waits for the server's word makes none. */
export const callsUntil = ({ state, leaseUntil }: Machine): number | undefined =>
  state !== "done" && RULES[state].works ? leaseUntil : undefined;

/** What comes of it; undefined where it changes nothing. */
export function move(machine: Machine, happening: Happening, around: Surroundings): Move | undefined {
  if ("seq" in happening && happening.seq !== machine.seq) return undefined;
  if (happening.type === "late") return late(machine, around);
  if (machine.state === "done") return undefined;
  switch (happening.type) {
    case "claimed":
      return RULES[machine.state].works ? claim(machine, around) : undefined;
    case "reported":
      return report(machine, happening.result, around);
    case "expired":
      return expire(machine, around);
    case "noticed":
      return notice(machine, around);
    case "cancelled":
      return machine.state === "destroy" ? undefined : end(machine, "cancelled", "It was cancelled.", around);
  }
}

/** Time in which nobody was there counts for nobody: the state's own begins anew. */
function awake(machine: Machine, { now }: Surroundings): Machine {
  if (machine.state === "done" || now < (machine.leaseUntil ?? now) + AWAY_MS) return machine;
  return { ...machine, giveUpAt: now + RULES[machine.state].withinMs };
}

function claim(asleep: Machine, around: Surroundings): Move {
  const machine = awake(asleep, around);
  const leaseUntil = around.now + LEASE_MS;
  const mayCreate = machine.state === "create_server" ? { createUntil: leaseUntil } : {};
  return { machine: { ...machine, seq: machine.seq + 1, leaseUntil, ...mayCreate } };
}

function report(machine: Machine, result: Result, around: Surroundings): Move {
  switch (result.type) {
    case "done":
      return advance({ ...without(machine, "createUntil"), ...keep(result.pending) }, around);
    case "again":
      return lookAgain({ ...machine, ...keep(result.pending) }, around);
    case "retry":
      return retry(machine, result, around);
    case "fail":
      return end(without(machine, "createUntil"), "failed", result.problem, around);
  }
}

const keep = (pending: string[] | undefined) => (pending === undefined ? {} : { pending });

function expire(asleep: Machine, around: Surroundings): Move | undefined {
  if (asleep.state === "done" || around.now < (asleep.leaseUntil ?? 0)) return undefined;
  const rule = RULES[asleep.state];
  const machine = awake(asleep, around);
  if (!rule.works && machine !== asleep)
    return { machine: { ...machine, seq: machine.seq + 1, leaseUntil: machine.giveUpAt! } };
  if (!rule.works) return end(machine, "failed", rule.late, around);
  return retry(machine, { problem: "A step did not end; it was tried again." }, around);
}

/** The next state of a whole and healthy course. */
function advance(machine: Machine, around: Surroundings): Move {
  switch (machine.state) {
    case "create_server":
      return enter(machine, "wait_server_ready", around);
    case "wait_server_ready":
      return enter(without(machine, "pending"), "enrol", around);
    case "enrol":
      return enter(machine, "verify_heartbeat", around);
    case "destroy":
      return finish(machine, machine.ending ?? "succeeded");
    default:
      return finish(machine, "succeeded");
  }
}

/** States that wait for the server go on when it has said what they wait for, however early that was. */
function notice(machine: Machine, around: Surroundings): Move | undefined {
  const { enrolled, healthy, applied, refused } = around.facts;
  if (machine.state === "enrol" && enrolled) return advance(machine, around);
  if (machine.state === "verify_heartbeat" && healthy) return advance(machine, around);
  if (machine.state === "apply" && refused)
    return end(machine, "failed", "The server could not run the new configuration, and went back.", around);
  if (machine.state === "apply" && applied) return advance(machine, around);
  return undefined;
}

function lookAgain(machine: Machine, around: Surroundings): Move {
  const rule = RULES[machine.state as Exclude<OperationState, "done">];
  const elapsed = around.now - machine.enteredAt;
  if (around.now >= (machine.giveUpAt ?? Infinity)) return end(machine, "failed", rule.late, around);
  const wait = Math.min(POLL_MS.most, Math.max(POLL_MS.first, elapsed / 4));
  return scheduled(machine, around.now + jittered(wait, around));
}

function retry(
  machine: Machine,
  { problem, afterMs = 0 }: { problem: string; afterMs?: number },
  around: Surroundings,
): Move {
  const rule = RULES[machine.state as Exclude<OperationState, "done">];
  const tries = machine.tries + 1;
  const isOver = tries >= rule.tries || around.now >= (machine.giveUpAt ?? Infinity);
  if (isOver) return end(machine, "failed", problem, around);
  const backoff = jittered(Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(tries, 20)), around);
  return scheduled({ ...machine, tries, problem }, around.now + Math.max(backoff, Math.min(afterMs, BACKOFF_MS.most)));
}

/** Between half and the whole of it, so that what failed together does not come back together. */
const jittered = (ms: number, { random }: Surroundings) => Math.round(ms * (0.5 + random() / 2));

/** A server may have been made: whatever goes wrong while it is, or is called off, it is taken away again. */
function end(machine: Machine, ending: "failed" | "cancelled", problem: string, around: Surroundings): Move {
  // What could not be taken away has failed, whatever it was that asked for it.
  if (machine.state === "destroy") return finish({ ...machine, problem, leftover: true }, "failed");
  if (machine.kind !== "create") return finish({ ...machine, problem }, ending);
  return enter({ ...without(machine, "pending"), ending, problem }, "destroy", around, machine.createUntil);
}

function late(machine: Machine, around: Surroundings): Move | undefined {
  if (machine.ending === undefined) return undefined;
  return enter(without(machine, "outcome"), "destroy", around, machine.createUntil);
}

function enter(
  machine: Machine,
  state: Exclude<OperationState, "done">,
  around: Surroundings,
  from = around.now,
): Move {
  const rule = RULES[state];
  const at = Math.max(from, around.now);
  const entered = { ...machine, state, tries: 0, enteredAt: at, giveUpAt: at + rule.withinMs };
  if (rule.works) return scheduled(entered, at);
  const waiting: Move = { machine: { ...entered, seq: machine.seq + 1, leaseUntil: entered.giveUpAt } };
  return notice(waiting.machine, around) ?? waiting;
}

const scheduled = (machine: Machine, at: number): Move => ({
  machine: { ...machine, seq: machine.seq + 1, leaseUntil: at + BEGIN_MS },
  performAt: at,
});

const finish = (machine: Machine, outcome: Outcome): Move => ({
  machine: { ...without(machine, "leaseUntil", "giveUpAt", "pending"), state: "done", seq: machine.seq + 1, outcome },
});

function without<K extends keyof Machine>(
  machine: Machine,
  ...names: K[]
): Omit<Machine, K> & Partial<Pick<Machine, K>> {
  const rest = { ...machine };
  for (const name of names) delete rest[name];
  return rest;
}
