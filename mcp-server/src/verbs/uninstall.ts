import { AppError } from "@moorage/shared/errors";
import { locate } from "../backend/embedded/directories.ts";
import { aloneWithClients } from "../clients/alone.ts";
import { applyRemove, waitingFor } from "../clients/apply.ts";
import { CLIENTS } from "../clients/clients.ts";
import { describePlan } from "../clients/describe.ts";
import { settle } from "../clients/exchange.ts";
import { configDirOf, endKey } from "../clients/keys.ts";
import { forgetNote, type LedgerEntry, readLedger } from "../clients/ledger.ts";
import { type Place, thisPlace } from "../clients/place.ts";
import { type Plan, planRemove } from "../clients/plan.ts";
import { removeSkill } from "../clients/skills.ts";
import { SettingError } from "../setting-error.ts";
import { confirm, isInteractive } from "../terminal/ask.ts";
import { printLines } from "../terminal/print.ts";
import { readWords, splitList } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";

const FLAGS = { client: "value", yes: "switch" } as const;

const verb: Verb = {
  usage: `moorage uninstall [options]

  --client NAMES   only from these clients (default: all that moorage init wrote to)
  --yes            do not ask

Takes out exactly what moorage init put in, and ends the keys it made. What Moorage keeps stays.`,

  async run(given, context) {
    const words = readWords("uninstall", given, FLAGS);
    const place = thisPlace(context.env);
    const names = words.get("client");
    const { config } = locate(configDirOf(context));
    const { notes, damaged } = readLedger(config);
    const known = [...Object.keys(notes), ...Object.keys(damaged)];
    const chosen = names === undefined ? known : splitList(names.toLowerCase());
    const unknown = chosen.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new SettingError(`moorage init has written nothing for "${unknown}"`);
    if (chosen.length === 0) {
      printLines(context.stdout, ["moorage init has written nothing here."]);
      return 0;
    }
    const unread = chosen.flatMap((name) => damaged[name] ?? []);
    printLines(
      context.stderr,
      unread.map(({ message, hint }) => `${message} ${hint}`),
    );
    const jobs = chosen.flatMap((name) => (notes[name] === undefined ? [] : [job(name, notes[name], place)]));
    if (jobs.length === 0) return 1;
    printLines(
      context.stdout,
      jobs
        .map(({ plan }) => describePlan(plan, "there is no entry"))
        .flatMap((lines) => (lines.length === 1 ? lines : [...lines, ""])),
    );
    // Why another cannot be done stands among what is shown.
    const doable = jobs.flatMap(({ plan, ...one }) => (plan.state === "problem" ? [] : [{ ...one, plan }]));
    if (doable.length === 0) return 1;
    if (!words.has("yes") && !(await isAgreed(context))) {
      printLines(context.stderr, ["Nothing was changed."]);
      return 1;
    }
    let good = unread.length === 0 && doable.length === jobs.length;
    await aloneWithClients(config, async () => {
      for (const one of doable) good = (await takeBack(one, context)) && good;
    });
    return good ? 0 : 1;
  },
};
export default verb;

const job = (name: string, entry: LedgerEntry, place: Place) => {
  const client = CLIENTS.find((one) => one.name === name)!;
  return { name, entry, plan: planRemove(client, entry.made, place, entry.path) };
};

function isAgreed(context: VerbContext): Promise<boolean> {
  if (isInteractive(context)) return confirm(context, "Take these out?");
  throw new SettingError("nobody is there to ask; add --yes to take these entries out");
}

/** Its own, and those that a moorage init that was broken off has left. */
async function endKeys(context: VerbContext, name: string, { exchange }: LedgerEntry): Promise<boolean> {
  const isEnded = await endKey(context, name);
  return (exchange === undefined || (await settle(context, name, exchange))) && isEnded;
}

interface Taking {
  name: string;
  entry: LedgerEntry;
  plan: Exclude<Plan, { state: "problem" }>;
}

/** The note goes last: what ends in between is done by a second run. */
async function takeBack({ name, entry, plan }: Taking, context: VerbContext): Promise<boolean> {
  try {
    printLines(
      context.stdout,
      waitingFor(plan).map((line) => `${plan.client.title}: ${line}`),
    );
    const notice = plan.state === "same" ? undefined : applyRemove(plan);
    if (notice !== undefined) printLines(context.stdout, [`${plan.client.title}: ${notice}`]);
    if (entry.skill !== undefined && !removeSkill(entry.skill, entry, entry.skillFolder)) {
      printLines(context.stdout, [`${entry.skill} was changed since; it stays.`]);
    }
    const isEnded = await endKeys(context, name, entry);
    forgetNote(locate(configDirOf(context)).config, name);
    const key = isEnded ? "its key has ended" : "its key could not be ended: see moorage keys list";
    printLines(context.stdout, [`${plan.client.title}: taken out, and ${key}.`]);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    printLines(context.stderr, [`${plan.client.title}: ${error.message} ${error.hint}`]);
    return false;
  }
}
