/** How far `moorage up` has come, so that a run that was cut off goes on. Nothing in it is secret. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { onDisk, parseJson } from "../backend/embedded/directories.ts";
import { isCode, replaceFile } from "../backend/embedded/once.ts";

const state = z.strictObject({
  name: z.string(),
  /** Unique to the deployment; the tokens of its Worker are for nobody else. */
  id: z.uuid(),
  /** The account of Cloudflare that its Worker is in. */
  account: z.string().optional(),
  /** Where Convex runs the functions. */
  convexUrl: z.string().optional(),
  /** A domain of the user's, by which it answers from then on. */
  domain: z.string().optional(),
  /** Where the Worker answers, while there is one. */
  address: z.string().optional(),
});
export type CloudState = z.infer<typeof state>;

const pathOf = (config: string, name: string) => join(config, `cloud-${name}.json`);

export function readState(config: string, name: string): CloudState | undefined {
  const path = pathOf(config, name);
  const text = onDisk(path, () => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (isCode(error, "ENOENT")) return undefined;
      throw error;
    }
  });
  if (text === undefined) return undefined;
  const parsed = state.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError("setup", `${path} is damaged.`, {
    hint: "Restore it from a backup, or move it aside to begin anew.",
  });
}

export function writeState(config: string, content: CloudState): void {
  const path = pathOf(config, content.name);
  onDisk(path, () => replaceFile(path, `${JSON.stringify(content)}\n`));
}
