import type { ResultOf } from "@moorage/shared/contract";
import * as webhook from "@moorage/shared/contracts/webhook";
import { WEBHOOK_FORMS, type WebhookForm, webhookUrlProblem } from "@moorage/shared/webhook-url";
import { SettingError } from "../../setting-error.ts";
import { askHidden, readAll, withoutLastBreak } from "../../terminal/ask.ts";
import { isForPeople, moment, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";

const URL_BYTES = 2_000;

const verb: Verb = {
  usage: `moorage alerts webhook [set|test|off]

Alerts go to one address, signed. Without a word: where that is, and what became of the last messages.

  set            the address is typed unseen, or comes on standard input: who knows it can write there
  test           sends a message now
  off            no more messages
  --form FORM    what the receiver reads: ${WEBHOOK_FORMS.join(", ")} (default: json)
  --json         print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("alerts webhook", given, { form: "value", json: "switch" }, ["[set|test|off]"]);
    const form = readForm(words.get("form"));
    const [what = "show"] = words.places;
    const action = ACTIONS[what];
    if (action === undefined) throw new SettingError(`"${what}" is none of set, test and off`);
    if (what !== "set" && words.has("form")) throw new SettingError("--form goes with set");
    return action(context, { form, asksJson: words.has("json") });
  },
};
export default verb;

interface Asked {
  form: WebhookForm;
  asksJson: boolean;
}

const ACTIONS: Record<string, (context: VerbContext, asked: Asked) => Promise<number>> = {
  async show(context, { asksJson }) {
    const known = await context.backend.call(webhook.get, {});
    if (!isForPeople(context, asksJson)) printJson(context.stdout, known);
    else printLines(context.stdout, linesOf(known));
    return 0;
  },

  async set(context, { form, asksJson }) {
    const url = await readUrl(context);
    const problem = webhookUrlProblem(url, form);
    if (problem !== undefined) throw new SettingError(`the address ${problem}; nothing has changed`);
    const made = await context.backend.call(webhook.set, { url, form });
    if (!isForPeople(context, asksJson)) printJson(context.stdout, made);
    else {
      context.stdout.write(`${made.signingKey}\n`);
      printLines(context.stderr, [
        `Alerts go to ${made.webhook.host} from now on. Above is the key that signs them, shown this once: a receiver`,
        'checks "Moorage-Signature: t=TIME,v1=MAC", where MAC is HMAC-SHA256 of "TIME.BODY" with it, in hex.',
        "Try it: moorage alerts webhook test",
      ]);
    }
    return 0;
  },

  async test(context, { asksJson }) {
    const { delivery } = await context.backend.call(webhook.test, {});
    if (!isForPeople(context, asksJson)) printJson(context.stdout, { delivery });
    else if (delivery.state === "delivered") context.stdout.write("It has arrived.\n");
    else printLines(context.stdout, [`It has not arrived. ${delivery.problem ?? ""}`]);
    return delivery.state === "delivered" ? 0 : 1;
  },

  async off(context, { asksJson }) {
    const done = await context.backend.call(webhook.off, {});
    if (!isForPeople(context, asksJson)) printJson(context.stdout, done);
    else context.stdout.write("Alerts are sent nowhere from now on.\n");
    return 0;
  },
};

function readForm(text = "json"): WebhookForm {
  const form = WEBHOOK_FORMS.find((known) => known === text);
  if (form === undefined) throw new SettingError(`--form must be one of ${WEBHOOK_FORMS.join(", ")}`);
  return form;
}

async function readUrl(context: VerbContext): Promise<string> {
  if (context.stdin.isTTY === true) return askHidden(context, "Address of the webhook");
  return withoutLastBreak(await readAll(context.stdin, { what: "the address", maxBytes: URL_BYTES })).trim();
}

function linesOf({ webhook: known, deliveries }: ResultOf<typeof webhook.get>): string[] {
  const where = known === undefined ? "Alerts are sent nowhere." : `Alerts go to ${known.host} (${known.form}).`;
  if (deliveries.length === 0) return [where];
  const rows = deliveries.map(({ at, event, state, tries, problem = "" }) => [
    moment(at),
    event,
    state,
    String(tries),
    problem,
  ]);
  return [where, ...tableLines(["AT", "EVENT", "STATE", "TRIES", "PROBLEM"], rows)];
}
