/** A change of power that a provider refused. */
import type { Failure, Outcome, Pending, PowerChange, Server } from "./types.ts";

/** No state tells that a server has been restarted. */
const WANTED: Record<PowerChange, Server["state"] | undefined> = { start: "running", stop: "off", restart: undefined };

/** The refusal, unless the server is so already, and nothing was to be done, or the provider is busy with it. */
export async function unlessSo(
  refusal: Failure,
  change: PowerChange,
  look: () => Promise<Outcome<{ server: Server | null }>>,
): Promise<Outcome<{ pending: Pending }>> {
  if (refusal.class !== "rejected") return refusal;
  const found = await look();
  if (!found.ok || found.server === null) return refusal;
  if (found.server.isLocked) return BUSY;
  return found.server.state === WANTED[change] ? { ok: true, pending: [] } : refusal;
}

const BUSY: Failure = { ok: false, class: "retryable", message: "The provider is still busy with this server." };
