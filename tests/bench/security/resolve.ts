/** A thousand secrets for a program that starts: every value opened, the use on record, in process and on disk. */
import { join } from "node:path";
import { resolve, set } from "@moorage/shared/contracts/secrets";
import { openInProcess } from "../../support/hosts.ts";
import type { Figure } from "../measure/figures.ts";
import { latencies } from "../measure/rounds.ts";
import { p50, p95 } from "../measure/statistics.ts";

const SECRETS = 1_000;
const ROUNDS = 20;

export async function measureResolve(folder: string): Promise<Figure[]> {
  const host = await openInProcess({ storage: { kind: "file", path: join(folder, "moorage.db") }, crons: false });
  try {
    const { backend } = await host.admit();
    for (let i = 0; i < SECRETS; i++)
      await backend.call(set, { name: `SECRET_${i}`, value: `the value of number ${i}` });
    const samples = await latencies(
      [
        { name: "all", run: () => backend.call(resolve, { agent: "cook" }), times: 2 },
        { name: "one", run: () => backend.call(resolve, { agent: "cook", names: ["SECRET_500"] }), times: 20 },
      ],
      ROUNDS,
    );
    const figure = (what: string, contestant: string, name: string, quantile: typeof p50): Figure => ({
      name: `resolve ${what} of ${SECRETS} secrets, ${name}`,
      unit: "ms",
      ours: quantile(samples.get(contestant)!),
    });
    return [
      figure("all", "all", "p50", p50),
      figure("all", "all", "p95", p95),
      figure("one", "one", "p50", p50),
      figure("one", "one", "p95", p95),
    ];
  } finally {
    await host.close();
  }
}
