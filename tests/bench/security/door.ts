/**
 * What the Worker adds to a call: it authenticates, authorises, checks the arguments, signs and forwards, beside a Hono app
 * that only forwards. Both in workerd, before the same server, which answers at once.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createApiKey } from "@moorage/shared/api-key";
import { createTestHarness } from "wrangler";
import { createConvex } from "../../support/hosts.ts";
import type { Figure } from "../measure/figures.ts";
import { latencies, rates } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";

const ROUNDS = 20;
const CALLS_A_ROUND = 50;
const IN_FLIGHT = 16;
/** Each may make 1,200 calls a minute. */
const KEYS = Array.from({ length: 40 }, createApiKey);

const MEMORY = {
  id: "k57abc",
  type: "fact",
  content: "The staging server is called heron.",
  tags: ["staging"],
  agent: "default",
  importance: 3,
  occurredAt: "2026-05-08T10:00:00.000Z",
  createdAt: "2026-05-08T10:00:00.000Z",
  updatedAt: "2026-05-08T10:00:00.000Z",
};

export async function measureDoor(): Promise<Figure[]> {
  // wrangler would ask Cloudflare where this machine is.
  process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
  const upstream = await openUpstream();
  const { engine, bindings } = createConvex();
  const open = (config: string, vars: Record<string, string>) =>
    createTestHarness({ workers: [{ configPath: fileURLToPath(new URL(config, import.meta.url)), vars }] });
  const vars = { ...bindings, CONVEX_URL: upstream.url };
  const harnesses = [
    { name: "ours", harness: open("workers/door.jsonc", vars) },
    { name: "bare", harness: open("workers/proxy.jsonc", vars) },
    { name: "whole", harness: open("../../../worker/wrangler.jsonc", vars) },
  ];
  try {
    const contestants = [];
    for (const { name, harness } of harnesses)
      contestants.push({ name, run: caller((await harness.listen()).url.origin) });
    for (const { run } of contestants) for (const _ of KEYS) await run();
    const samples = await latencies(
      contestants.map((one) => ({ ...one, times: CALLS_A_ROUND })),
      ROUNDS,
    );
    const rate = await rates(
      contestants.map((one) => ({ ...one, inFlight: IN_FLIGHT })),
      ROUNDS / 2,
      250,
    );
    const figure = (what: string, name: string, [quantileName, quantile]: [string, typeof p50]): Figure => ({
      name: `${what}, ${quantileName}`,
      unit: "ms",
      ours: quantile(samples.get(name)!),
      peer: { name: "bare Hono proxy", value: quantile(samples.get("bare")!) },
      ...(name === "ours" ? { goal: { bound: "at most", limit: 1.5, of: "ours/peer" } } : {}),
    });
    const imitated = "… with log and rate limit, as wrangler imitates them";
    return [
      figure("call through the Worker", "ours", ["p50", p50]),
      figure("call through the Worker", "ours", ["p95", p95]),
      figure(imitated, "whole", ["p50", p50]),
      {
        name: `calls through the Worker, ${IN_FLIGHT} in flight`,
        unit: "/s",
        ours: rate.get("ours")!,
        peer: { name: "bare Hono proxy", value: rate.get("bare")! },
      },
    ];
  } finally {
    await Promise.all([...harnesses.map(({ harness }) => harness.close()), engine.close()]);
    upstream.close();
  }
}

/** Calls with one key after another. */
function caller(address: string): () => Promise<void> {
  let next = 0;
  return async () => {
    const { text } = KEYS[next++ % KEYS.length]!;
    const response = await fetch(`${address}/api/query`, {
      method: "POST",
      headers: { authorization: `Bearer ${text}`, "content-type": "application/json" },
      body: JSON.stringify({ path: "memory:get", format: "convex_encoded_json", args: [{ id: MEMORY.id }] }),
    });
    const { status, errorData } = (await response.json()) as { status: string; errorData?: unknown };
    if (status !== "success") throw new Error(JSON.stringify(errorData));
  };
}

/** In the place of Convex: knows every key, and has one memory. */
async function openUpstream(): Promise<{ url: string; close(): void }> {
  const value = { memory: MEMORY };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const { path } = JSON.parse(body) as { path: string };
      const known = { keyId: KEYS[0]!.keyId, scopes: ["memory:read"] };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "success", value: path === "keys:resolve" ? known : value }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
