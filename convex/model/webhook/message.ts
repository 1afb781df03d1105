/** One message as its receiver reads it, signed: whoever gets it can tell that it is ours, and new. */
import type { Alert } from "@moorage/shared/contracts/status";
import type { WebhookForm } from "@moorage/shared/webhook-url";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Doc } from "../../_generated/dataModel.ts";

export interface Told {
  id: string;
  event: Doc<"deliveries">["event"];
  /** Absent for a test. */
  alert?: Alert;
}

export interface Message {
  body: string;
  headers: Record<string, string>;
}

const TEST = "This is a test: alerts of Moorage will come here.";

/** `now` in seconds since 1970. */
export function messageOf(form: WebhookForm, told: Told, { key, now }: { key: string; now: number }): Message {
  const { body, headers } = FORMS[form](told);
  return {
    body,
    headers: {
      ...headers,
      "moorage-delivery": told.id,
      "moorage-signature": `t=${now},v1=${signature(key, now, body)}`,
    },
  };
}

/** Over the time and the body, so that neither can be changed nor an old message be sent again later. */
export const signature = (key: string, now: number, body: string): string =>
  bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${now}.${body}`)));

const FORMS: Record<WebhookForm, (told: Told) => Message> = {
  json: (told) => ({ body: JSON.stringify(told), headers: { "content-type": "application/json" } }),
  slack: (told) => ({
    body: JSON.stringify({ text: escaped(`${titleOf(told)}\n${told.alert?.message ?? TEST}`) }),
    headers: { "content-type": "application/json" },
  }),
  ntfy: (told) => ({
    body: told.alert?.message ?? TEST,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      title: titleOf(told),
      priority: told.alert?.severity === "error" && told.event !== "resolved" ? "high" : "default",
    },
  }),
};

/** Of words of ours alone: it stands in a header. */
function titleOf({ event, alert }: Told): string {
  if (alert === undefined) return "Moorage: test";
  return event === "resolved" ? `Moorage: ${alert.kind} is over` : `Moorage: ${alert.severity}, ${alert.kind}`;
}

/** The characters that Slack reads as links, mentions and commands. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
