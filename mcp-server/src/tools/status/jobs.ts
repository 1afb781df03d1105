import * as jobs from "@moorage/shared/contracts/jobs";
import * as z from "zod";
import { defineTool, reads } from "../../tool.ts";

const { job, limit, cursor } = jobs.runs.args.shape;

export default defineTool({
  name: "status_jobs",
  title: "List jobs",
  description: "Jobs: what runs by itself and when; with `job`, its runs, newest first.",
  input: z
    .strictObject({ job: job.optional(), limit, cursor })
    .refine(
      ({ job: name, ...page }) => name !== undefined || Object.values(page).every((value) => value === undefined),
      {
        message: "limit and cursor are for the runs of one job: name it as job, or leave them out",
      },
    ),
  output: jobs.list.result.extend(jobs.runs.result.partial().shape),
  calls: [jobs.list, jobs.runs],
  annotations: reads,
  handler: async ({ job: name, ...page }, { backend, signal }) => {
    const options = signal && { signal };
    const all = await backend.call(jobs.list, {}, options);
    if (name === undefined) return all;
    const { jobs: known } = all;
    const history = await backend.call(jobs.runs, { job: name, ...page }, options);
    return { jobs: known.filter((one) => one.name === name), ...history };
  },
});
