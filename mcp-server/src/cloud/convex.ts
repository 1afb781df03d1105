/** The functions' side of a cloud deployment, by Convex's own command. */
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { parseJson } from "../backend/embedded/directories.ts";
import { environmentOf, jwksUri, type LocalKeys, provisionArgs } from "../backend/embedded/keys.ts";
import { SettingError } from "../setting-error.ts";
import { must, type Tools } from "./tools.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The deployment that the environment has a key for. Of one in another region, or with a domain of its own, this is the
 * name only: `reachedAt` knows the address.
 */
export function convexUrlOf(env: Environment): string {
  const selfHosted = env["CONVEX_SELF_HOSTED_URL"]?.trim();
  if (selfHosted && env["CONVEX_SELF_HOSTED_ADMIN_KEY"]) {
    if (/^https?:/.test(selfHosted) && URL.canParse(selfHosted)) return selfHosted.replace(/\/$/, "");
    throw new SettingError("CONVEX_SELF_HOSTED_URL must be an address such as https://convex.example.com");
  }
  const key = env["CONVEX_DEPLOY_KEY"]?.trim();
  const deployment = /^(?:prod|preview|dev):([a-z0-9-]+)\|/.exec(key ?? "")?.[1];
  if (deployment !== undefined) return `https://${deployment}.convex.cloud`;
  const said = key ? "CONVEX_DEPLOY_KEY is no deployment's own key." : "No key for a Convex deployment is set.";
  throw new AppError("setup", said, {
    hint:
      "Make a project at https://dashboard.convex.dev, copy a production deploy key from its settings and set it as " +
      "CONVEX_DEPLOY_KEY; for Convex of your own set CONVEX_SELF_HOSTED_URL and CONVEX_SELF_HOSTED_ADMIN_KEY.",
  });
}

/** The Moorage that this deployment belongs to, which is no secret; empty where it belongs to none yet. */
export async function audienceIn(tools: Tools): Promise<string> {
  const run = { command: "convex", args: ["env", "get", "MOORAGE_AUDIENCE"], title: "Asking Convex with the key" };
  return (await must(tools, run, "Look whether the key that is set is the deployment's own, and still holds.")).trim();
}

export function requireOwn(audience: string, own: string | undefined): void {
  if (audience === "" || audience === own) return;
  throw new AppError("setup", "This Convex deployment belongs to another Moorage.", {
    hint: "Use a Convex project of its own, or run moorage up on the machine from which that one was made.",
  });
}

export interface Identity {
  issuer: string;
  audience: string;
}

/** An unset variable would fail the first push, so this comes before it. Values that differ from ours are never replaced. */
export async function setEnvironment(tools: Tools, keys: LocalKeys, { issuer, audience }: Identity): Promise<void> {
  const secret = environmentOf(keys);
  const values = { MOORAGE_ISSUER: issuer, MOORAGE_AUDIENCE: audience, MOORAGE_JWKS: jwksUri(keys), ...secret };
  const input = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`);
  await must(
    tools,
    { command: "convex", args: ["env", "set"], input: input.join(""), title: "Setting Convex's environment" },
    "If it says that a variable has another value, this deployment belongs to another Moorage: use a Convex project of its own.",
    Object.values(secret),
  );
}

export async function pushFunctions(tools: Tools): Promise<void> {
  const args = ["deploy", "--yes", "--typecheck", "disable", "--codegen", "disable"];
  await must(
    tools,
    { command: "convex", args, title: "Deploying the functions" },
    "Run moorage up again; it goes on here.",
  );
}

const spec = z.looseObject({ url: z.url({ protocol: /^https?$/ }) });

/** Where clients call the deployment, by what it says itself; one of the user's own is where they said that it is. */
export async function reachedAt(tools: Tools, convexUrl: string): Promise<string> {
  if (!convexUrl.endsWith(".convex.cloud")) return convexUrl;
  const run = { command: "convex", args: ["function-spec"], title: "Asking Convex for its address" };
  const told = spec.safeParse(parseJson(await must(tools, run, "Run moorage up again; it goes on here.")));
  return told.data?.url.replace(/\/$/, "") ?? convexUrl;
}

/** Convex is told hashes of the keys' proofs, and nothing else of them. */
export async function provision(tools: Tools, keys: LocalKeys): Promise<void> {
  const args = ["run", "tenants:provision", JSON.stringify(await provisionArgs(keys))];
  await must(tools, { command: "convex", args, title: "Making the tenant" }, "Run moorage up again; it goes on here.");
}
