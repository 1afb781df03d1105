import * as jobs from "@moorage/shared/contracts/jobs";
import { defineTool, replaces } from "../../tool.ts";

export default defineTool({
  name: "status_job_pause",
  title: "Pause or resume a job",
  description: "Pause a job: it is not run until it is resumed.",
  contract: jobs.pause,
  annotations: replaces,
});
