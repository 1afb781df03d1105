/** What a new server is told when it starts: what to set up, and by which token to enrol where. */
import type { ActionCtx } from "../../_generated/server.ts";
import type { Job } from "../operations/work.ts";
import { cloudInit } from "../server/cloudInit.ts";
import { mintToken } from "../server/enrolment.ts";
import { publicUrl } from "./publicUrl.ts";

/** A machine of one's own is told by its owner, and a simulated one needs nothing. */
export async function bootstrap(
  ctx: ActionCtx,
  { provider, name, profile, instanceId }: Pick<Job, "provider" | "name" | "profile" | "instanceId">,
): Promise<string> {
  const url = publicUrl();
  if (provider === "simulated" || provider === "host" || url === undefined) return "";
  return cloudInit({ name, profile, url, sshKeys: [], isOwn: false }, await mintToken(ctx, instanceId));
}
