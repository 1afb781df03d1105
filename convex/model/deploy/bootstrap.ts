/** What a new server is told when it starts: what to set up, and by which token to enrol where. */
import { isCloud } from "@moorage/shared/deployment";
import type { ActionCtx } from "../../_generated/server.ts";
import type { Job } from "../operations/work.ts";
import { cloudInit } from "../server/cloudInit.ts";
import { mintToken } from "../server/enrolment.ts";
import { urlFor } from "./publicUrl.ts";

/** A machine of one's own is told by its owner, and a simulated one needs nothing. Undefined: nobody could be reached. */
export async function bootstrap(
  ctx: ActionCtx,
  { provider, name, profile, sshKey, instanceId }: Pick<Job, "provider" | "name" | "profile" | "sshKey" | "instanceId">,
): Promise<string | undefined> {
  if (!isCloud(provider)) return "";
  const url = urlFor(provider);
  if (url === undefined) return undefined;
  const sshKeys = sshKey === undefined ? [] : [sshKey];
  return cloudInit({ name, profile, url, sshKeys, isOwn: false }, await mintToken(ctx, instanceId));
}
