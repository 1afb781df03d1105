/** What a new server is told when it starts: who it is, and where to report. */
import type { ActionCtx } from "../../_generated/server.ts";
import type { Job } from "../operations/work.ts";

export async function bootstrap(_ctx: ActionCtx, { provider }: Job): Promise<string> {
  return provider;
}
