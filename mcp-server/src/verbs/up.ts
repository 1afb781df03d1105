import { locate } from "../backend/embedded/directories.ts";
import { ownersBackend } from "../backend/owners.ts";
import { CLIENTS } from "../clients/clients.ts";
import { configDirOf } from "../clients/keys.ts";
import { carry } from "../cloud/carry.ts";
import { look } from "../cloud/look.ts";
import { bringUp, type Site } from "../cloud/up.ts";
import { ownLine } from "../person/command-line.ts";
import { SettingError } from "../setting-error.ts";
import { printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const FLAGS = { name: "value", domain: "value", "with-data": "switch", "dry-run": "switch" } as const;

const verb: Verb = {
  usage: `moorage up [options]

  --name NAME     what to call it: the Worker's name, and the profile's (default: moorage)
  --domain HOST   a domain of yours on Cloudflare, in place of workers.dev
  --with-data     then bring what is kept on this machine there: memories, logs, secrets and keys; it stays here, too
  --dry-run       look at the accounts, say what is there and what would be made, and change nothing

Puts Moorage on your own Cloudflare and Convex accounts. It needs CONVEX_DEPLOY_KEY (or CONVEX_SELF_HOSTED_URL and
CONVEX_SELF_HOSTED_ADMIN_KEY), and wrangler logged in (or CLOUDFLARE_API_TOKEN). Run again after any failure, it goes on
and makes nothing twice; run later, it brings a newer release there.`,

  async run(given, context) {
    const words = readWords("up", given, FLAGS);
    const site = siteOf(context, words.get("name"), words.get("domain"));
    // The profile of that name would hold the owner's key, and the client's entry leads to it.
    if (CLIENTS.some(({ name }) => name === site.name))
      throw new SettingError(`--name ${site.name} is where that client's own key is kept; choose another`);
    if (words.has("dry-run")) {
      printLines(context.stdout, await look(site));
      return 0;
    }
    const { address, name } = await bringUp(site);
    if (words.has("with-data")) await bringData(context, site);
    printLines(context.stdout, [
      `Moorage is at ${address}, and your key is kept as the profile ${name}.`,
      "Enter it into the MCP clients of this machine:",
      `  ${ownLine(context.target, ["--profile", name, "init", "--remote", address])}`,
    ]);
    return 0;
  },
};
export default verb;

async function bringData(context: VerbContext, { name, tell, usesKeychain, config }: Site): Promise<void> {
  if (context.target.kind !== "embedded") {
    throw new SettingError("--with-data brings what is kept on this machine: run it without --profile and MOORAGE_URL");
  }
  const profile = { kind: "profile" as const, name, ...(usesKeychain ? {} : { configDir: config }) };
  const to = ownersBackend(profile);
  try {
    const { refused, differing, aliveThere } = await carry({ from: context.backend, to }, tell);
    for (const line of refused) tell(`Not taken: ${line}`);
    for (const name of differing) tell(`Left as it is: the secret ${name} has another value there.`);
    for (const { id, name: called } of aliveThere) {
      tell(`The key ${called} has ended here and works on there. To end it there, too:`);
      tell(`  ${ownLine(context.target, ["--profile", name, "keys", "revoke", id])}`);
    }
    const same =
      refused.length + differing.length === 0 ? "Both sides have the same." : "All else is the same on both sides.";
    tell(`${same} What is on this machine stays until you remove it.`);
  } finally {
    await to.close();
  }
}

/** Also the Worker's name, which Cloudflare wants in small letters. */
const NAME = /^[a-z][a-z0-9-]{0,53}$/;
const HOST = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

export function siteOf(context: VerbContext, named: string | undefined, domain?: string): Site {
  const name = named ?? "moorage";
  if (!NAME.test(name))
    throw new SettingError("--name must be small letters, digits and dashes, beginning with a letter");
  if (domain !== undefined && !HOST.test(domain))
    throw new SettingError("--domain must be a host name such as moor.example.com");
  const { target, env, stderr } = context;
  const configDir = configDirOf(context);
  const dataDir = target.kind === "embedded" && target.dataDir !== undefined ? { dataDir: target.dataDir } : {};
  return {
    name,
    domain,
    ...locate({ ...dataDir, ...configDir }),
    usesKeychain: configDir.configDir === undefined,
    env,
    tell: (line) => printLines(stderr, [line]),
  };
}
