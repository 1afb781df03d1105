import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.ts";

const crons = cronJobs();
crons.interval("remove old receipts", { hours: 1 }, internal.receipts.expire, {});
crons.interval("remove old codes and page tokens", { hours: 1 }, internal.keys.forget, {});
crons.interval("seal audit records", { minutes: 1 }, internal.audit.seal, {});

export default crons;
