/** Valid input for every tool, so that a test which walks over all of them cannot forget one. */
import type { Tool } from "moorage/tool";
import { allFunctions } from "./samples.ts";

/** For tools whose fields are not a function's. `id` stands where one takes the id of something that exists. */
const SAMPLES: Record<string, (id: string) => object> = {
  deploy_connect: () => ({ provider: "hetzner" }),
  status_operation: (id) => ({ operation: id, waitSeconds: 0 }),
  secret_set: () => ({ name: "MADE_ONE", generate: {} }),
  secret_import_env: () => ({ phase: "plan", paths: ["sample.env"] }),
  secret_rotate: () => ({ name: "NO_SUCH" }),
  status_audit: () => ({}),
  status_jobs: () => ({ job: "retention" }),
  status_overview: () => ({}),
};

/** Throws for a tool that nobody has thought of here. */
export function inputOf(tool: Tool, id = "k570000000000000000000000000"): Record<string, unknown> {
  const own = SAMPLES[tool.name];
  if (own !== undefined) return { ...own(id) };
  const forwarded = allFunctions().find(({ contract }) => contract === tool.form);
  if (forwarded === undefined) throw new Error(`tests/support/tool-samples.ts has no input for ${tool.name}`);
  const args = Object.entries(forwarded.args(id));
  return Object.fromEntries(args.filter(([field]) => !tool.form.filled.includes(field)));
}
