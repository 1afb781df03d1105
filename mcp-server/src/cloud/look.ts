/** What `moorage up` would find and make: the accounts are asked, and nothing is changed, there or here. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audienceIn, convexUrlOf, requireOwn } from "./convex.ts";
import { installTools, isInstalled, layOut } from "./folder.ts";
import { readState } from "./state.ts";
import { type Tools, toolsIn } from "./tools.ts";
import { folderOf, identityOf, requireSame, type Site } from "./up.ts";
import { hasWorker, requireAccount, requireSameAccount } from "./worker.ts";

/** For a person, line by line. */
export async function look(site: Site): Promise<string[]> {
  const { name, config, env } = site;
  const convexUrl = convexUrlOf(env);
  const known = readState(config, name);
  requireSame(known, convexUrl);
  return withTools(site, async (tools, isReady) => {
    const account = await requireAccount(tools, env);
    requireSameAccount(known, account);
    const audience = await audienceIn(tools);
    requireOwn(audience, known && identityOf(known).audience);
    const isDeployed = await hasWorker(tools, name);
    const steps = [
      ["The keys of this deployment, kept on this machine", known ? "are there" : "would be made"],
      [`convex and wrangler in ${folderOf(site)}`, isReady ? "are there" : "would be installed"],
      ["Convex's environment, by standard input", audience ? "is set, and would be compared" : "would be set"],
      ["The functions (convex deploy)", known?.address ? "would be deployed again" : "would be deployed"],
      ["The tenant and its keys, of which Convex gets hashes", known?.address ? "are there" : "would be made"],
      ["The Worker's secrets, by standard input", isDeployed ? "would be set again" : "would be set"],
      [`The Worker ${name} (wrangler deploy)`, isDeployed ? standing(known) : "would be made"],
      [`The profile ${name} with the owner's key`, known?.address ? "is there" : "would be made"],
    ];
    return [
      `Cloudflare: ${account.words}.`,
      `Convex: ${convexUrl} takes the key.`,
      ...steps.map(([what, how], at) => `${at + 1}. ${what}: ${how}`),
      "Nothing was done.",
    ];
  });
}

const standing = (known: { address?: string | undefined } | undefined) => {
  if (known === undefined) return "is there and was not made from this machine, so that up would refuse it";
  return `is there${known.address === undefined ? "" : `, at ${known.address}`}, and would be deployed again`;
};

/** Those of a run before; else installed for as long as it takes, where nothing of it stays. */
async function withTools<T>(site: Site, work: (tools: Tools, isReady: boolean) => Promise<T>): Promise<T> {
  const folder = folderOf(site);
  if (isInstalled(folder)) return work(toolsIn(folder, site.env), true);
  const passing = mkdtempSync(join(tmpdir(), "moorage-look-"));
  try {
    site.tell("Installing convex and wrangler for this look alone; it takes a moment.");
    layOut(passing);
    const tools = toolsIn(passing, site.env);
    await installTools(passing, tools);
    return await work(tools, false);
  } finally {
    rmSync(passing, { recursive: true, force: true });
  }
}
