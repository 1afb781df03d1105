/** One message over the network: to the address that a person set, and to no other that it may lead to. */
import { type WebhookForm, webhookUrlProblem } from "@moorage/shared/webhook-url";
import type { Result } from "./deliveries.ts";
import type { Message } from "./message.ts";

const TIMEOUT_MS = 10_000;
/** What a receiver says that wants no more of it. */
const GONE = [404, 410];

export async function send(url: string, form: WebhookForm, { body, headers }: Message): Promise<Result> {
  if (webhookUrlProblem(url, form) !== undefined) {
    return { ok: false, isFinal: true, problem: "The address is not one that messages may be sent to." };
  }
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal: limit.signal });
    // Not read: what it says is nobody's business here, and may have no end.
    await response.body?.cancel();
    return resultOf(response);
  } catch {
    return { ok: false, isFinal: false, problem: "No answer came." };
  } finally {
    clearTimeout(timer);
  }
}

function resultOf({ status, ok, redirected, type }: Response): Result {
  if (redirected || type === "opaqueredirect" || (status >= 300 && status < 400)) {
    return { ok: false, isFinal: true, problem: "The receiver sends us elsewhere; redirects are not followed." };
  }
  if (ok) return { ok: true };
  return { ok: false, isFinal: GONE.includes(status), problem: `The receiver answered ${status}.` };
}
