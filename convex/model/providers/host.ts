/**
 * The adapter of `host`: a machine that its owner has already. Nobody can be called about it; it becomes a server when
 * its owner runs the command that they are shown, and what tells of it are its own reports.
 */
import type { Failure, Provider, Server, ServerRequest } from "./types.ts";

const OWN = "own";
const NOTHING = { monthly: 0, hourly: 0, currency: "USD" };

const NOT_OURS: Failure = {
  ok: false,
  class: "rejected",
  message: "A machine of one's own is started and stopped by whoever has it.",
};

const serverOf = ({ name, labels }: Pick<ServerRequest, "name" | "labels">): Server => ({
  id: name,
  name,
  state: "running",
  labels,
});

export function host(): Provider {
  return {
    catalog: async () => ({
      ok: true,
      catalog: {
        regions: [{ id: OWN, name: "Where the machine stands" }],
        sizes: [{ id: OWN, cpus: 0, memoryMb: 0, diskGb: 0, offers: [{ region: OWN, price: NOTHING }] }],
        pricedAt: Date.now(),
      },
    }),
    verifyCredential: async () => ({ ok: true }),
    createServer: async (request) => ({ ok: true, server: serverOf(request), pending: [] }),
    getServer: async (id) => ({ ok: true, server: { id, name: id, state: "running", labels: {} } }),
    findByLabel: async () => ({ ok: true, servers: [] }),
    progress: async () => ({ ok: true, state: "done" }),
    power: async () => NOT_OURS,
    destroy: async () => ({ ok: true }),
    list: async () => ({ ok: true, servers: [] }),
  };
}
