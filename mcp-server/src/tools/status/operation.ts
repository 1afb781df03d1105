import type { Operation } from "@moorage/shared/contracts/deploy";
import * as status from "@moorage/shared/contracts/status";
import * as z from "zod";
import { pause } from "../../pause.ts";
import { defineTool, reads } from "../../tool.ts";

/** Clients give a call up after a minute. */
const MAX_WAIT_S = 45;
const LOOK_MS = 1_000;

/** Follows an operation in one call, so that a model does not ask every second. */
export default defineTool({
  name: "status_operation",
  title: "Follow an operation",
  description: "How a change of a deployment stands, when it is done or after waitSeconds.",
  input: status.operation.args.extend({
    waitSeconds: z.int().min(0).max(MAX_WAIT_S).optional().describe("default 20"),
  }),
  output: status.operation.result,
  calls: [status.operation],
  annotations: reads,
  handler: async ({ operation: id, waitSeconds = 20 }, { backend, progress, signal }) => {
    const end = Date.now() + waitSeconds * 1_000;
    let told: string | undefined;
    for (;;) {
      const { operation } = await backend.call(status.operation, { operation: id }, signal && { signal });
      const now = sentence(operation);
      if (now !== told) progress?.(now);
      told = now;
      if (operation.state === "done" || Date.now() + LOOK_MS > end) return { operation };
      await pause(LOOK_MS, signal);
    }
  },
});

const sentence = ({ kind, state, tries, problem }: Operation): string =>
  `${kind}: ${state}${tries === 0 ? "" : `, try ${tries + 1}`}${problem === undefined ? "" : ` (${problem})`}`;
