/** Hands what was gathered to the backend, a call at a time, and adds up what became of it. */
import * as transfer from "@moorage/shared/contracts/transfer";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import type { Backend } from "../backend/types.ts";
import type { At, Problem } from "./found.ts";
import type { Gathered } from "./gather.ts";

/** Beside what JSON adds, well below what a call may carry. */
const BATCH_BYTES = 96 * 1024;

export interface Sent {
  memories: number;
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

export async function send({ memories, logs }: Gathered, { backend, restore, progress }: Sending): Promise<Sent> {
  const sent: Sent = { memories: 0, logs: 0, existing: 0, refused: [] };
  let done = 0;
  const each = async <T extends object>(kind: "memories" | "logs", items: readonly At<T>[]) => {
    for (const batch of batchesOf(items)) {
      const entries = batch.map(({ place: _place, ...entry }) => entry);
      const answer = await backend.call(transfer.importMany, { [kind]: entries, ...(restore ? { restore } : {}) });
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
  await each("logs", logs);
  return sent;
}

function* batchesOf<T extends object>(items: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (batch.length === BATCH_ITEMS || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
