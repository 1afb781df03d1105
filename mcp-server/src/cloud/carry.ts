/**
 * What a person keeps, from one Moorage to another: memories, logs, secrets, keys and settings. Nothing is taken away where it
 * was. Whatever ends it, it may be done again: what has arrived is known by its name here and is not brought twice.
 */
import { createHash } from "node:crypto";
import type { ResultOf } from "@moorage/shared/contract";
import * as transfer from "@moorage/shared/contracts/transfer";
import { AppError } from "@moorage/shared/errors";
import { pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import { batchesOf } from "../transfer/batches.ts";
import { carryKeys, keysAliveThere, missingKeys } from "./carry-keys.ts";
import { type CarriedSecrets, carrySecrets, differingSecrets, type Ends } from "./carry-secrets.ts";
import { carrySettings } from "./carry-settings.ts";

export interface Carried {
  memories: number;
  /** What they said before an update. */
  versions: number;
  logs: number;
  secrets: number;
  keys: number;
  /** Memories, versions and logs that the other side did not take, and why; never what they say. */
  refused: string[];
  /** Secrets that have another value over there: set since, or before. They stay as they are. */
  differing: string[];
  /** Keys that have ended here since they were carried, and work on over there. */
  aliveThere: { id: string; name: string }[];
}

export async function carry(ends: Ends, tell: (line: string) => void): Promise<Carried> {
  const counts = { memories: 0, versions: 0, logs: 0, secrets: 0, keys: 0 };
  const carried: Carried = { ...counts, refused: [], differing: [], aliveThere: [] };
  await carrySettings(ends);
  await carryMemories(ends, carried);
  await carryVersions(ends, carried);
  tell(`${carried.memories} memories are there.`);
  await carryLogs(ends, carried);
  tell(`${carried.logs} log entries are there.`);
  const secrets = await carrySecrets(ends);
  carried.secrets = secrets.sealed.size;
  carried.differing = secrets.differing;
  carried.keys = await carryKeys(ends);
  tell(`${carried.secrets} secrets and ${carried.keys} keys are there.`);
  await requireAgreement(ends, carried.refused, secrets);
  carried.aliveThere = (await keysAliveThere(ends)).map(({ id, name }) => ({ id, name }));
  return carried;
}

type Memory = ResultOf<typeof transfer.exportMemories>["memories"][number];
type Version = ResultOf<typeof transfer.exportVersions>["versions"][number];
type LogEntry = ResultOf<typeof transfer.exportLogs>["entries"][number];

async function carryMemories({ from, to }: Ends, carried: Carried): Promise<void> {
  for await (const { memories } of pagesOf(from, transfer.exportMemories)) {
    for (const batch of batchesOf(memories)) {
      const brought = batch.map(({ id, ...memory }) => ({ key: id, ...memory }));
      const answer = await to.call(transfer.importMany, { memories: brought, restore: true });
      carried.memories += note(answer.memories, batch, carried.refused);
    }
  }
}

async function carryVersions({ from, to }: Ends, carried: Carried): Promise<void> {
  for await (const { versions } of pagesOf(from, transfer.exportVersions)) {
    for (const batch of batchesOf(versions)) {
      const brought = batch.map(({ id, ...version }) => ({ key: id, ...version }));
      const answer = await to.call(transfer.importMany, { versions: brought, restore: true });
      carried.versions += note(answer.versions, batch, carried.refused);
    }
  }
}

async function carryLogs({ from, to }: Ends, carried: Carried): Promise<void> {
  for await (const { entries } of pagesOf(from, transfer.exportLogs)) {
    for (const batch of batchesOf(entries)) {
      const brought = batch.map(({ id, ...entry }) => ({ key: id, ...entry }));
      const answer = await to.call(transfer.importMany, { logs: brought, restore: true });
      carried.logs += note(answer.logs, batch, carried.refused);
    }
  }
}

function note(
  outcomes: readonly { refused?: string | undefined }[],
  batch: readonly { id: string }[],
  refused: string[],
) {
  const not = outcomes.flatMap(({ refused: why }, at) => (why === undefined ? [] : [`${batch[at]!.id} ${why}`]));
  refused.push(...not);
  return outcomes.length - not.length;
}

/** Each side is read once more: whoever relies on the other one knows that it has the same. */
async function requireAgreement(ends: Ends, refused: readonly string[], secrets: CarriedSecrets): Promise<void> {
  const { from, to } = ends;
  const missing = new Map<string, number>();
  const count = (digest: string, by: number) => missing.set(digest, (missing.get(digest) ?? 0) + by);
  for await (const digest of digests(from)) count(digest, 1);
  for await (const digest of digests(to)) if (missing.has(digest)) count(digest, -1);
  const lost = [...missing.values()].reduce((sum, left) => sum + Math.max(left, 0), 0) - refused.length;
  const differing = await differingSecrets(ends, secrets);
  const keys = await missingKeys(ends);
  if (lost <= 0 && differing <= 0 && keys === 0) return;
  const differences = `${lost} entries, ${differing} secrets and ${keys} keys differ`;
  throw new AppError("setup", `The two sides do not agree yet: ${differences}.`, {
    hint: "Somebody may have written meanwhile: run moorage up --with-data again. Everything is still here.",
  });
}

async function* digests(backend: Backend): AsyncGenerator<string> {
  for await (const { memories } of pagesOf(backend, transfer.exportMemories)) yield* memories.map(digestOfMemory);
  for await (const { versions } of pagesOf(backend, transfer.exportVersions)) yield* versions.map(digestOfVersion);
  for await (const { entries } of pagesOf(backend, transfer.exportLogs)) yield* entries.map(digestOfLog);
}

/** Of all that is the same on both sides; ids are each side's own. */
const digestOfMemory = ({ id: _i, supersedes: _s, ...memory }: Memory) => digest(memory);
const digestOfVersion = ({ id: _i, memory: _m, ...version }: Version) => digest(version);
const digestOfLog = ({ day, content, agent, at }: LogEntry) => digest({ day, content, agent, at });

const digest = (value: object) =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest("base64url");
