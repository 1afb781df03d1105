/** What a person has settled: who may say yes, and how long things are kept. It goes ahead of what it is about. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as memory from "@moorage/shared/contracts/memory";
import * as transfer from "@moorage/shared/contracts/transfer";
import type { Ends } from "./carry-secrets.ts";

/** Only to a side that keeps nothing yet: from then on what is settled there holds. */
export async function carrySettings({ from, to }: Ends): Promise<void> {
  const { memories } = await to.call(transfer.exportMemories, {});
  const { entries } = await to.call(transfer.exportLogs, {});
  if (memories.length > 0 || entries.length > 0) return;
  await to.call(approvals.setPolicy, await from.call(approvals.policy, {}));
  await to.call(memory.setRetention, await from.call(memory.retention, {}));
  await to.call(jobs.setRetention, await from.call(jobs.retention, {}));
}
