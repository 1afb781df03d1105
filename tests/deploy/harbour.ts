/** A host whose clock the test turns, and one caller who deploys on it. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deploy from "@moorage/shared/contracts/deploy";
import { vi } from "vitest";
import { type Caller, type Host, keySet, openInProcess } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

export interface Harbour {
  host: Host;
  me: Caller;
  /** Lets so much time go by, and everything happen that is due in it. */
  pass(seconds: number): Promise<void>;
  /** Answers what a call waits for, and makes the call again. */
  approved<T extends { status: string }>(make: () => Promise<T>): Promise<Exclude<T, { status: "waiting_for_user" }>>;
  create(name: string, plan?: object): Promise<deploy.Operation>;
  get(name: string): Promise<deploy.Deployment>;
  operation(id: string): Promise<Record<string, unknown>>;
  rows(table: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openHarbour(env: Record<string, string> = {}): Promise<Harbour> {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  const host = await openInProcess({
    modules: tamperable,
    crons: false,
    env: { MOORAGE_MASTER_KEYS: keySet(), MOORAGE_AUDIT_KEYS: keySet(), ...env },
  });
  const me = await host.admit();
  const { backend } = me;
  const rows: Harbour["rows"] = (table) => host.engine.query("tamper:rows", { table });
  const approved: Harbour["approved"] = async (make) => {
    const wait = (await make()) as { status: string; approvalId?: string };
    if (wait.status !== "waiting_for_user") throw new Error(`asked nobody, but answered ${wait.status}`);
    const { approval } = await backend.call(approvals.get, { id: wait.approvalId });
    await backend.call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "approve" });
    return (await make()) as never;
  };
  return {
    host,
    me,
    rows,
    approved,
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) {
        vi.advanceTimersByTime(1_000);
        await host.engine.scheduler.idle();
      }
    },
    async create(name, plan = {}) {
      const { planId } = await backend.call(deploy.plan, { name, provider: "simulated", ...plan });
      return (await approved(() => backend.call(deploy.create, { planId }))).operation;
    },
    get: async (name) => (await backend.call(deploy.get, { deployment: name })).deployment,
    operation: async (id) => (await rows("operations")).find(({ _id }) => _id === id)!,
    async close() {
      await host.close();
      vi.useRealTimers();
    },
  };
}
