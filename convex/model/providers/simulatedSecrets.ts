/** A simulated server loads versions of secrets, so that a rotation can be followed to its end; no value is opened for it. */
import type { Beat } from "@moorage/shared/contracts/instances";
import type { MutationCtx } from "../../_generated/server.ts";
import { findVersion } from "../deploy/versions.ts";
import { rowsFor } from "../secrets/explain.ts";
import { happened } from "../server/heard.ts";
import { deploymentOf, type InstanceRow } from "../server/instances.ts";
import { pulled } from "../server/rotation.ts";

/** What the generation that it runs names, as it is now; or, where it does not follow, as it was at first. */
export async function loadSecrets(
  ctx: MutationCtx,
  instance: InstanceRow,
  { generation, follows }: { generation: number; follows: boolean },
): Promise<Beat["secrets"]> {
  const { tenantId, deploymentId, secretVersions: before = {} } = instance;
  const { agent } = await deploymentOf(ctx, instance);
  const version = await findVersion(ctx, deploymentId, generation);
  if (version === null) return [];
  const { secrets, tunnelSecret } = version.configuration;
  const names = new Set(tunnelSecret === undefined ? secrets : [...secrets, tunnelSecret]);
  const of = { db: ctx.db, principal: { tenantId } };
  const rows = await Promise.all([...names].map(async (name) => (await rowsFor(of, name, agent)).slice(0, 1)));
  const current = rows.flat();
  const given = current.map(({ _id: secretId, name, version: now }) => ({ name, secretId, version: now }));
  await pulled(ctx, instance, agent, given);
  const loaded = given.map(({ name, version: now }) => ({ name, version: follows ? now : (before[name] ?? now) }));
  const news = loaded.filter(({ name, version: now }) => before[name] !== now);
  if (news.length > 0)
    await happened(ctx, instance, {
      source: "instance",
      severity: "info",
      kind: "secrets_loaded",
      message: `${news.map(({ name, version: now }) => `${name} v${now}`).join(", ")} (simulated)`,
      at: Date.now(),
    });
  return loaded;
}
