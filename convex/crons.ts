import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.ts";

const crons = cronJobs();
crons.interval("remove old receipts", { hours: 1 }, internal.receipts.expire, {});
crons.interval("remove old codes and page tokens", { hours: 1 }, internal.keys.forget, {});
crons.interval("seal audit records", { minutes: 1 }, internal.audit.seal, {});
crons.interval("give new memories their meaning", { minutes: 1 }, internal.embeddings.tick, {});
crons.interval("remove old approvals", { hours: 24 }, internal.approvals.expire, {});
crons.interval("forget old versions of secrets", { hours: 1 }, internal.secretWrites.expire, {});
crons.interval("seal data keys under the current master key", { hours: 1 }, internal.vault.rewrap, {});
crons.interval("notice shards of the door that are silent", { minutes: 5 }, internal.presence.sweep, {});
crons.interval("let simulated servers report again", { minutes: 5 }, internal.simulated.resume, {});
crons.interval("try lost messages to webhooks again", { minutes: 5 }, internal.webhook.resume, {});
crons.interval("end leases of operations that nobody ended", { minutes: 1 }, internal.operations.sweep, {});
crons.interval("remove old plans", { hours: 1 }, internal.deployWrites.expirePlans, {});
crons.interval("start jobs that are due", { minutes: 1 }, internal.jobs.tick, {});
crons.interval("set up jobs that tenants do not have yet", { hours: 1 }, internal.jobs.ensure, {});

export default crons;
