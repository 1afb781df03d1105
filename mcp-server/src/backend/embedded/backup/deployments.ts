/** What this machine alone knows of Moorages that `moorage up` has put on a person's own accounts: first of all their keys. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AGENT_NAME } from "@moorage/shared/line";
import * as z from "zod";
import { onDisk } from "../directories.ts";
import { readKeyText } from "../key-store.ts";
import { replaceFile } from "../once.ts";

/** Its name becomes a file's, so it is one that a deployment may have. */
export const deployment = z.object({
  name: z.string().regex(AGENT_NAME),
  keys: z.string(),
  state: z.string().optional(),
});
type Deployment = z.infer<typeof deployment>;

const filesOf = (config: string, name: string) => ({
  keys: join(config, `cloud-${name}.keys.json`),
  state: join(config, `cloud-${name}.json`),
});

export async function readDeployments(config: string): Promise<Deployment[]> {
  const found: Deployment[] = [];
  for (const name of namesIn(config)) {
    const { keys, state } = filesOf(config, name);
    const { text } = await readKeyText({ id: `cloud ${name}`, keys }, () => "");
    found.push({ name, keys: text, ...(existsSync(state) ? { state: readFileSync(state, "utf8") } : {}) });
  }
  return found;
}

export const namesIn = (config: string): string[] =>
  !existsSync(config)
    ? []
    : readdirSync(config).flatMap((file) => /^cloud-(.+)\.keys\.json$/.exec(file)?.slice(1) ?? []);

export function writeDeployments(config: string, deployments: readonly Deployment[]): void {
  for (const { name, keys, state } of deployments) {
    const files = filesOf(config, name);
    writeOver(files.keys, keys);
    if (state !== undefined) writeOver(files.state, state);
  }
}

/** What was there and said something else stays, under another name. */
export function writeOver(path: string, text: string): void {
  onDisk(path, () => {
    const before = existsSync(path) ? readFileSync(path, "utf8") : text;
    if (before !== text) replaceFile(`${path}.before-restore`, before);
    replaceFile(path, text);
  });
}
