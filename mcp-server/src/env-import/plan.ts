/** What an import is about, kept between its phases in a file of this user's: names, places and keyed digests, no value. */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { LEVELS, type SecretPlace } from "@moorage/shared/secret-name";
import * as z from "zod";
import { makeDirectory, onDisk, parseJson } from "../backend/embedded/directories.ts";
import { replaceFile } from "../backend/embedded/once.ts";
import type { Reach } from "./files.ts";

const planned = z.object({
  /** As it is called in the files. */
  variable: z.string(),
  place: z.object({ name: z.string(), level: z.enum(LEVELS), agent: z.string().exactOptional() }),
  /** The version that a copy replaces. */
  replaces: z.number().exactOptional(),
  /** In each file the last statement counts. */
  found: z.array(z.object({ file: z.string(), digest: z.string() })).min(1),
});
export type Planned = z.infer<typeof planned>;

const plan = z.object({
  id: z.string(),
  files: z.array(z.string()),
  secrets: z.array(planned),
  /** By variable: the file that counts, or `keep` for one that stays where it is. */
  choices: z.record(z.string(), z.string()),
  /** What a person has said yes to, so that work that was cut off goes on without asking again. */
  approved: z.object({ copy: z.array(z.string()), cleanup: z.array(z.string()) }),
});
export type Plan = z.infer<typeof plan>;

const ID = /^[0-9a-f]{12}$/;

export function createPlan(files: string[], secrets: Planned[]): Plan {
  const id = randomUUID().replaceAll("-", "").slice(-12);
  return { id, files, secrets, choices: {}, approved: { copy: [], cleanup: [] } };
}

/** The folder of a plan, which only this user can read; backups lie beside the plan. */
export function folderOf({ id }: Plan, { stateDir }: Reach): string {
  const folder = join(stateDir, id);
  makeDirectory(folder, "imports", "MOORAGE_CONFIG_DIR");
  return folder;
}

export function savePlan(it: Plan, reach: Reach): void {
  const path = join(folderOf(it, reach), "plan.json");
  onDisk(path, () => replaceFile(path, `${JSON.stringify(it, null, 2)}\n`));
}

export function loadPlan(id: string | undefined, { stateDir }: Reach): Plan {
  if (id === undefined) throw new AppError("invalid_input", 'plan: is required in every phase but "plan"');
  const path = join(stateDir, id, "plan.json");
  const isThere = ID.test(id) && existsSync(path);
  const parsed = plan.safeParse(isThere ? parseJson(onDisk(path, () => readFileSync(path, "utf8"))) : undefined);
  if (parsed.success) return parsed.data;
  throw new AppError("not_found", "There is no such plan of an import on this machine.", {
    hint: 'Begin with the phase "plan", and pass on the id that it answers.',
  });
}

export const placeIn = (it: Plan, variable: string): SecretPlace | undefined =>
  it.secrets.find((one) => one.variable === variable)?.place;
