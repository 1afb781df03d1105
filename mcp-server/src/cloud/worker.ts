/** The door's side of a cloud deployment, by Cloudflare's own command. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { parseJson } from "../backend/embedded/directories.ts";
import type { LocalKeys } from "../backend/embedded/keys.ts";
import type { Identity } from "./convex.ts";
import { must, type Tools, wordsOf } from "./tools.ts";

const AGAIN = "Run moorage up again; it goes on here.";

const whoami = z.looseObject({
  email: z.string().optional(),
  accounts: z.array(z.looseObject({ id: z.string(), name: z.string() })),
});

/** What Node and wrangler say where there is no network, or none as far as Cloudflare. */
const IS_UNREACHED = /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|timed? ?out/i;

interface Account {
  id: string;
  /** For a person. */
  words: string;
}

/** The account that wrangler would deploy to. */
export async function requireAccount(
  tools: Tools,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Account> {
  const title = "Asking wrangler for the account";
  const { ok, stdout, said } = await tools({ command: "wrangler", args: ["whoami", "--json"], title });
  const found = ok ? whoami.safeParse(parseJson(stdout)).data : undefined;
  if (!ok && IS_UNREACHED.test(said)) {
    throw new AppError("setup", "wrangler does not reach Cloudflare.", {
      hint: "Look at the network, and at HTTPS_PROXY if you use one; then run moorage up again.",
      cause: wordsOf(said),
    });
  }
  if (found === undefined) {
    throw new AppError("setup", "wrangler is not logged in to Cloudflare.", {
      hint: "Run npx wrangler login, or set CLOUDFLARE_API_TOKEN; then run moorage up again.",
      ...(ok ? {} : { cause: wordsOf(said) }),
    });
  }
  const named = env["CLOUDFLARE_ACCOUNT_ID"]?.trim();
  const accounts = found.accounts.filter(({ id }) => !named || id === named);
  const [account] = accounts;
  if (account === undefined || accounts.length > 1) {
    const list = found.accounts.map(({ id, name }) => `${name} (${id})`).join(", ");
    throw new AppError(
      "setup",
      `wrangler can use ${found.accounts.length} accounts of Cloudflare: ${list || "none"}.`,
      {
        hint: "Set CLOUDFLARE_ACCOUNT_ID to the id of the one to use; then run moorage up again.",
      },
    );
  }
  return { id: account.id, words: found.email === undefined ? account.name : `${account.name}, as ${found.email}` };
}

/** In another account a Worker of that name is somebody else's: it would be lost. */
export function requireSameAccount(known: { name: string; account?: string | undefined } | undefined, found: Account) {
  if (known?.account === undefined || known.account === found.id) return;
  throw new AppError("setup", `${known.name} is in another account of Cloudflare than ${found.words}.`, {
    hint: `Log wrangler in to that one (CLOUDFLARE_ACCOUNT_ID=${known.account}), or name another deployment with --name.`,
  });
}

/** What Cloudflare says of a Worker that there is not. */
const IS_NOT_THERE = /\[code: 100(07|90)\]/;

/** Whether the account has a Worker of this name. Where nobody can tell, one that is there must not be taken for none. */
export async function hasWorker(tools: Tools, name: string): Promise<boolean> {
  const args = ["deployments", "list", "--name", name, "--json"];
  const { ok, said } = await tools({ command: "wrangler", args, title: "Looking for the Worker" });
  if (ok) return true;
  if (IS_NOT_THERE.test(said)) return false;
  throw new AppError("setup", `wrangler cannot say whether there is a Worker called ${name}.`, {
    hint: "Look at the network, and whether the token may read Workers; then run it again.",
    cause: wordsOf(said),
  });
}

/** One of this name that this machine knows nothing of is somebody's own: it would be lost. */
export async function requireFree(tools: Tools, name: string): Promise<void> {
  if (!(await hasWorker(tools, name))) return;
  throw new AppError(
    "setup",
    `The account has a Worker called ${name} already, which was not made from this machine.`,
    {
      hint: "Choose another name with --name, or delete that Worker first.",
    },
  );
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

const deployed = z.looseObject({ type: z.literal("deploy"), targets: z.array(z.string()).optional() });

/** Wrangler's report has a line of JSON for each thing it did; one that is cut off or of another kind says nothing. */
function addressIn(report: string): string {
  for (const line of report.split("\n")) {
    const targets = deployed.safeParse(parseJson(line)).data?.targets ?? [];
    const target = targets.find((one) => /^https?:\/\//.test(one) && URL.canParse(one));
    if (target !== undefined) return new URL(target).origin;
  }
  throw new AppError("setup", "Cloudflare gave the Worker no address.", {
    hint: "Set up a workers.dev subdomain in Cloudflare's dashboard, or name a domain of yours with --domain.",
  });
}

/** One that somebody has deleted already is as well. */
export async function deleteWorker(tools: Tools, name: string): Promise<void> {
  const run = { command: "wrangler", args: ["delete", "--name", name, "--force"], title: "Deleting the Worker" };
  const ran = await tools(run);
  const isGone = ran.ok || IS_NOT_THERE.test(ran.said);
  const hint = "Look at it in Cloudflare's dashboard, then run moorage down again.";
  await must(async () => ({ ...ran, ok: isGone }), run, hint);
}
