/** The door's side of a cloud deployment, by Cloudflare's own command. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import type { LocalKeys } from "../backend/embedded/keys.ts";
import type { Identity } from "./convex.ts";
import { must, type Tools } from "./tools.ts";

const AGAIN = "Run moorage up again; it goes on here.";

export async function requireAccount(tools: Tools): Promise<void> {
  const title = "Asking wrangler for the account";
  const { ok } = await tools({ command: "wrangler", args: ["whoami", "--json"], title });
  if (ok) return;
  throw new AppError("setup", "wrangler is not logged in to Cloudflare.", {
    hint: "Run npx wrangler login, or set CLOUDFLARE_API_TOKEN; then run moorage up again.",
  });
}

export async function setSecrets(tools: Tools, name: string, keys: LocalKeys): Promise<void> {
  const secrets = { MOORAGE_SIGNING_KEY: JSON.stringify(keys.signingKey), MOORAGE_DOOR_KEY: keys.door };
  const run = { command: "wrangler", args: ["secret", "bulk", "--name", name], title: "Setting the Worker's secrets" };
  await must(tools, { ...run, input: JSON.stringify(secrets) }, AGAIN, [...Object.values(secrets), keys.signingKey.d]);
}

export interface WorkerSettings extends Identity {
  name: string;
  convexUrl: string;
  domain?: string | undefined;
  /** Where it answers, once that is known. */
  address?: string | undefined;
}

/** Deploys, and gives the address at which the Worker answers. */
export async function deployWorker(tools: Tools, settings: WorkerSettings): Promise<string> {
  const { name, convexUrl, issuer, audience, domain, address } = settings;
  const variables = {
    CONVEX_URL: convexUrl,
    MOORAGE_ISSUER: issuer,
    MOORAGE_AUDIENCE: audience,
    ...(address === undefined ? {} : { MOORAGE_PUBLIC_URL: address }),
  };
  const args = [
    ...["deploy", "--name", name],
    ...Object.entries(variables).flatMap(([variable, value]) => ["--var", `${variable}:${value}`]),
    ...(domain === undefined ? [] : ["--domain", domain]),
  ];
  const folder = mkdtempSync(join(tmpdir(), "moorage-up-"));
  try {
    const report = join(folder, "wrangler.ndjson");
    const env = { WRANGLER_OUTPUT_FILE_PATH: report };
    await must(tools, { command: "wrangler", args, env, title: "Deploying the Worker" }, AGAIN);
    return domain === undefined ? addressIn(readFileSync(report, "utf8")) : `https://${domain}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Wrangler's report has a line of JSON for each thing it did. */
function addressIn(report: string): string {
  for (const line of report.split("\n").filter((text) => text.startsWith("{"))) {
    const { type, targets } = JSON.parse(line) as { type?: string; targets?: string[] };
    const target = type === "deploy" ? targets?.find((one) => /^https?:\/\//.test(one)) : undefined;
    if (target !== undefined) return new URL(target).origin;
  }
  throw new AppError("setup", "Cloudflare gave the Worker no address.", {
    hint: "Set up a workers.dev subdomain in Cloudflare's dashboard, or name a domain of yours with --domain.",
  });
}

export async function deleteWorker(tools: Tools, name: string): Promise<void> {
  const run = { command: "wrangler", args: ["delete", "--name", name, "--force"], title: "Deleting the Worker" };
  await must(tools, run, "Look at it in Cloudflare's dashboard, then run moorage down again.");
}
