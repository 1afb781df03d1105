import * as jobs from "@moorage/shared/contracts/jobs";
import { acts, defineTool } from "../../tool.ts";

export default defineTool({
  name: "status_job_run",
  title: "Run a job now",
  description: "Run a job now; status_jobs tells what came of it.",
  contract: jobs.start,
  annotations: acts,
});
