/** A change of power that a provider refused: where the server is so already, nothing was to be done. */
import type { Failure, Outcome, Pending, PowerChange, Server } from "./types.ts";

/** No state tells that a server has been restarted. */
const WANTED: Record<PowerChange, Server["state"] | undefined> = { start: "running", stop: "off", restart: undefined };

export async function unlessSo(
  refusal: Failure,
  change: PowerChange,
  look: () => Promise<Outcome<{ server: Server | null }>>,
): Promise<Outcome<{ pending: Pending }>> {
  const wanted = WANTED[change];
  if (refusal.class !== "rejected" || wanted === undefined) return refusal;
  const found = await look();
  return found.ok && found.server?.state === wanted ? { ok: true, pending: [] } : refusal;
}
