/**
 * Secrets from one Moorage to another: in the clear between two doors of the same person's, each opened once, and sealed
 * again over there under that side's keys. What has a value there keeps it: it may have been rotated since.
 */
import * as contracts from "@moorage/shared/contracts/secrets";
import { formatSecretName } from "@moorage/shared/secret-name";
import { pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import { batchesOf } from "../transfer/batches.ts";

export interface Ends {
  from: Backend;
  to: Backend;
}

/** What was carried, by place: the version that it has here, and the keyed digest that its value has over there. */
export type Sealed = ReadonlyMap<string, { version: number; digest: string }>;

export interface CarriedSecrets {
  sealed: Sealed;
  /** Those that have another value over there: set since, or before. They stay as they are. */
  differing: string[];
}

type Place = Pick<contracts.Secret, "name" | "level" | "agent">;

const keyOf = ({ name, level, agent }: Place) => JSON.stringify([level, agent, name]);

export async function carrySecrets({ from, to }: Ends): Promise<CarriedSecrets> {
  const kept = await listed(from);
  const sealed = new Map<string, { version: number; digest: string }>();
  const differing: string[] = [];
  for await (const { values } of pagesOf(from, contracts.export)) {
    for (const batch of batchesOf(values)) {
      const secrets = batch.map(({ version: _, ...secret }) => secret);
      const { compared } = await to.call(contracts.compare, { secrets });
      for (const [at, secret] of secrets.entries()) {
        const { kept: there, digest } = compared[at]!;
        const rotation = daysUntil(kept.get(keyOf(secret))?.rotateAfter);
        if (there === "none") await to.call(contracts.set, { ...secret, ...rotation, source: "imported" });
        if (there === "other") differing.push(formatSecretName(secret));
        else sealed.set(keyOf(secret), { version: batch[at]!.version, digest });
      }
    }
  }
  return { sealed, differing };
}

const DAY_MS = 86_400_000;

/** To be renewed on the same day; what should have been already, tomorrow. */
function daysUntil(moment: string | undefined): { rotateAfterDays?: number } {
  if (moment === undefined) return {};
  return { rotateAfterDays: Math.max(1, Math.ceil((Date.parse(moment) - Date.now()) / DAY_MS)) };
}

/** How many are not the same on both sides, by what each says of them: nothing is opened for it. */
export async function differingSecrets({ from, to }: Ends, { sealed, differing }: CarriedSecrets): Promise<number> {
  const [here, there] = [await listed(from), await listed(to)];
  const isSame = ([place, { version }]: [string, contracts.Secret]) =>
    sealed.get(place)?.version === version && sealed.get(place)?.digest === there.get(place)?.digest;
  return [...here].filter((one) => !isSame(one)).length - differing.length;
}

async function listed(backend: Backend): Promise<Map<string, contracts.Secret>> {
  const found = new Map<string, contracts.Secret>();
  for await (const { secrets } of pagesOf(backend, contracts.list))
    for (const secret of secrets) found.set(keyOf(secret), secret);
  return found;
}
