/** The other shape, for information: the same server, the Worker in workerd, and the engine behind it over HTTP. */

import { openWorkerd } from "../../support/hosts.ts";
import { StdioClient } from "../../support/stdio-client.ts";
import type { Figure } from "../measure/figures.ts";
import { latencies } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";
import { echo, moorage } from "./servers.ts";

const ROUNDS = 10;
const CALLS_A_ROUND = 20;

export async function measureRemote(folder: string): Promise<Figure[]> {
  // wrangler would ask Cloudflare where this machine is.
  process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
  const host = await openWorkerd();
  try {
    const { door } = await host.admit();
    const { args, env } = moorage(folder);
    const ours = new StdioClient({ args, env: { ...env, MOORAGE_URL: door.address, MOORAGE_API_KEY: door.apiKey } });
    const theirs = new StdioClient(echo);
    await Promise.all([ours.initialize(), theirs.initialize()]);
    const { content } = await ours.call("memory_add", { type: "note", content: "kept elsewhere" });
    const id: string = JSON.parse(content[0]!.text).memory.id;
    const samples = await latencies(
      [
        { name: "ours", run: () => ours.call("memory_get", { id }), times: CALLS_A_ROUND },
        { name: "echo", run: () => theirs.call("echo", { text: content[0]!.text }), times: CALLS_A_ROUND },
      ],
      ROUNDS,
    );
    await Promise.all([ours.close(), theirs.close()]);
    return (
      [
        ["p50", p50],
        ["p95", p95],
      ] as const
    ).map(([name, quantile]) => ({
      name: `remote read call, ${name}`,
      unit: "ms",
      ours: quantile(samples.get("ours")!),
      peer: { name: "echo", value: quantile(samples.get("echo")!) },
    }));
  } finally {
    await host.close();
  }
}
