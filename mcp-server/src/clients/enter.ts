/** Does what was agreed to in one client: its key, its entry, its skill. */
import { dirname } from "node:path";
import { locate } from "../backend/embedded/directories.ts";
import { skillText } from "../skill.ts";
import type { VerbContext } from "../verb.ts";
import { applyAdd } from "./apply.ts";
import { type Exchange, planExchange, settle, withNewKey } from "./exchange.ts";
import { uppermostMissing } from "./file.ts";
import { configDirOf, type Issuer } from "./keys.ts";
import { forgetNote, type LedgerEntry, readNote, writeNote } from "./ledger.ts";
import type { Plan } from "./plan.ts";
import { digestOf, needsBackup, writeSkill } from "./skills.ts";

export interface Entering {
  plan: Plan;
  /** Where it is to be put. */
  skill: string | undefined;
  /** Its entry decides: a key that can change nothing, too. */
  readOnly: boolean;
}

/**
 * The note of what is made first, then the key, then the file: whatever ends in between, the next command of this client
 * goes on. The answer is what went another way.
 */
export async function enter(one: Entering, issuer: Issuer, context: VerbContext): Promise<string[]> {
  const { name } = one.plan.client;
  const { config } = locate(configDirOf(context));
  const known = readNote(config, name);
  const lines = await settled(context, name, known);
  const exchange = await planExchange(issuer, name, one);
  const keepsSkill = one.skill !== undefined && needsBackup(one.skill, known);
  const note = noteOf(one, keepsSkill, known);
  writeNote(config, name, { ...note, ...(exchange === undefined ? {} : { exchange }) });
  if (exchange === undefined) lines.push(...applied(one));
  else {
    lines.push(...(await appliedWithNewKey(one, issuer, context, exchange, known)));
    lines.push(...(await settled(context, name, { exchange })));
    writeNote(config, name, note);
  }
  if (one.skill !== undefined) writeSkill(one.skill, keepsSkill);
  return lines;
}

/** Where the client's file is refused after all, its new key ends, and the note is as it was. */
async function appliedWithNewKey(
  one: Entering,
  issuer: Issuer,
  context: VerbContext,
  exchange: Exchange,
  known: LedgerEntry | undefined,
): Promise<string[]> {
  const { name } = one.plan.client;
  try {
    return await withNewKey(issuer, name, one, () => applied(one));
  } catch (error) {
    // Where even that fails, the note leads the next command to the key.
    if (await settle(context, name, exchange)) putBack(locate(configDirOf(context)).config, name, known);
    throw error;
  }
}

async function settled(context: VerbContext, name: string, note: Pick<LedgerEntry, "exchange"> | undefined) {
  const { exchange } = note ?? {};
  if (exchange === undefined || (await settle(context, name, exchange))) return [];
  const place = (exchange.former ?? exchange).address ?? "the Moorage of this machine";
  return [`its key for ${place} could not be ended there.`];
}

function applied({ plan }: Entering): string[] {
  const notice = plan.state === "edit" || plan.state === "run" ? applyAdd(plan) : undefined;
  return notice === undefined ? [] : [notice];
}

function putBack(config: string, name: string, known: LedgerEntry | undefined): void {
  if (known === undefined) forgetNote(config, name);
  else {
    const { exchange: _, ...rest } = known;
    writeNote(config, name, rest);
  }
}

/** What was made for the first entry stays made by us. */
function noteOf({ plan, skill }: Entering, keepsSkill: boolean, known: LedgerEntry | undefined): LedgerEntry {
  const isChange = plan.state === "edit" || plan.state === "run";
  const path = isChange ? plan.file.path : plan.path;
  const now = isChange ? plan.made : { file: false, section: false };
  const made = { ...(known?.made ?? now), backup: known?.made.backup === true || now.backup === true };
  const { exchange: _, ...rest } = known ?? {};
  if (skill === undefined) return { ...rest, path, made };
  const skillBackup = keepsSkill || known?.skillBackup === true;
  const skillFolder = known?.skillFolder ?? uppermostMissing(dirname(skill));
  return { path, made, skill, skillDigest: digestOf(skillText()), skillBackup, skillFolder };
}
