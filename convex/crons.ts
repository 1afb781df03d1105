import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.ts";

const crons = cronJobs();
crons.interval("remove old receipts", { hours: 1 }, internal.receipts.expire, {});

export default crons;
