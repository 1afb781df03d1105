/** The Moorage that a command is about: what it stands on, from Node to its key. */
import { AppError } from "@moorage/shared/errors";
import { locate } from "../backend/embedded/directories.ts";
import { CLIENTS } from "../clients/clients.ts";
import { readState } from "../cloud/state.ts";
import type { Target } from "../config.ts";
import { findProfile } from "../profiles.ts";
import { quote } from "../shell.ts";
import type { VerbContext } from "../verb.ts";
import { mending } from "./clients.ts";
import { inspectData, RESTORE } from "./data.ts";
import { broken, type Finding, type Remedy } from "./finding.ts";
import { inspectKey, type Remedies } from "./key.ts";
import { inspectNode } from "./node.ts";
import { inspectAddress } from "./remote.ts";
import { addressMeant } from "./settings.ts";
import { addressOf, needsOf } from "./target.ts";

/** `address` is the one that was looked at, of a Moorage elsewhere. */
export async function inspectTarget(
  context: VerbContext,
): Promise<{ address: string | undefined; findings: Finding[] }> {
  const lost = inspectProfile(context.target);
  if (lost !== undefined) return { address: undefined, findings: [inspectNode("embedded"), lost] };
  const address = addressMeant(context) ?? addressOf(context.target);
  return { address, findings: await findingsOf(context, address) };
}

/** What follows needs what comes before: a key is not tried at a door that does not answer. */
async function findingsOf({ target, backend }: VerbContext, address: string | undefined): Promise<Finding[]> {
  const node = inspectNode(needsOf(address));
  if (node.state === "broken") return [node];
  // An address from settings that are at fault: there is no key for it.
  if (target.kind === "embedded" && address !== undefined) return [node, ...(await inspectAddress(address))];
  const layers =
    address === undefined ? await inspectData(target.kind === "remote" ? {} : target) : await inspectAddress(address);
  // A database that nobody has made yet is not made by looking.
  const isOpen = layers.some(({ check, state }) => (check === "door" || check === "database") && state !== "broken");
  return [node, ...layers, ...(isOpen ? [await inspectKey(backend, remediesFor(target, address))] : [])];
}

/** A profile that is to be used, and is not there or says nothing. */
function inspectProfile(target: Target): Finding | undefined {
  if (target.kind !== "profile") return undefined;
  const client = clientOf(target);
  const login = ["login", "--url", "ADDRESS", "--profile", target.name];
  const another = client === undefined ? login : mending(client, undefined, target);
  try {
    return findProfile(target) === undefined
      ? broken("key", `There is no profile "${target.name}".`, another)
      : undefined;
  } catch (error) {
    if (error instanceof AppError) return broken("key", error.message, another);
    throw error;
  }
}

const remediesFor = (target: Target, address: string | undefined): Remedies => ({
  renewal: renewal(target, address),
  backend: address === undefined ? `ls -la ${quote(locate(target).data)}` : awakening(target, address),
});

/** Whoever made that Moorage from this machine deploys it anew; to anyone else its door can tell no more than it is there. */
function awakening(target: Target, address: string): Remedy {
  const isOurs = target.kind === "profile" && readState(locate(target).config, target.name) !== undefined;
  return isOurs ? ["up", "--name", target.name] : `curl -i ${quote(`${address}/health`)}`;
}

/** How to get another key in the place of one that has ended. */
function renewal(target: Target, address: string | undefined): Remedy {
  if (target.kind === "embedded") return RESTORE;
  const profile = target.kind === "profile" ? ["--profile", target.name] : [];
  const client = clientOf(target);
  if (client !== undefined) return mending(client, address, target);
  return address === undefined ? ["logout", ...profile] : ["login", "--url", address, ...profile];
}

/** Whose profile is for a key that init makes: by a log-in, its agent would have a person's. */
const clientOf = (target: Target) => CLIENTS.find(({ name }) => target.kind === "profile" && name === target.name);
