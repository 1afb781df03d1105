/** Hands what was gathered to the backend, a call at a time, and adds up what became of it. */
import * as transfer from "@moorage/shared/contracts/transfer";
import type { Backend } from "../backend/types.ts";
import { batchesOf } from "./batches.ts";
import type { At, Problem } from "./found.ts";
import type { Gathered } from "./gather.ts";

export interface Sent {
  memories: number;
  versions: number;
  logs: number;
  existing: number;
  refused: Problem[];
}

interface Sending {
  backend: Backend;
  restore: boolean;
  /** Told after each call. */
  progress: (done: number) => void;
}

const withoutPlaces = <T extends object>(batch: readonly At<T>[]) => batch.map(({ place: _place, ...entry }) => entry);

/** What would be refused, where and why. */
export async function foresee(gathered: Gathered, backend: Backend): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const kind of ["memories", "versions", "logs"] as const) {
    for (const batch of batchesOf<At<object>>(gathered[kind])) {
      const answer = await backend.call(transfer.foresee, { [kind]: withoutPlaces(batch) });
      for (const [index, { refused }] of answer[kind].entries())
        if (refused !== undefined) problems.push({ place: batch[index]!.place, why: refused });
    }
  }
  return problems;
}

export async function send(
  { memories, versions, logs }: Gathered,
  { backend, restore, progress }: Sending,
): Promise<Sent> {
  const sent: Sent = { memories: 0, versions: 0, logs: 0, existing: 0, refused: [] };
  let done = 0;
  const each = async <T extends object>(kind: "memories" | "versions" | "logs", items: readonly At<T>[]) => {
    for (const batch of batchesOf(items)) {
      const answer = await backend.call(transfer.importMany, {
        [kind]: withoutPlaces(batch),
        ...(restore ? { restore } : {}),
      });
      for (const [index, { refused, existing }] of answer[kind].entries()) {
        if (refused !== undefined) sent.refused.push({ place: batch[index]!.place, why: refused });
        else if (existing) sent.existing++;
        else sent[kind]++;
      }
      done += batch.length;
      progress(done);
    }
  };
  await each("memories", memories);
  await each("versions", versions);
  await each("logs", logs);
  return sent;
}
