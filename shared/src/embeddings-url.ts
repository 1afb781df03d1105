/** Where memories may be sent to be given a meaning: judged when it is set, and again before each call. */
import { webhookUrlProblem } from "./webhook-url.ts";

/** In place of an origin: whatever listens on the backend's own machine, which is the person's. */
export const LOOPBACK = "loopback";
const OWN_MACHINE = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * What is wrong with it, or undefined. Public and https, or what whoever runs the backend allows besides: `local` is
 * one origin, or `loopback`.
 */
export function embeddingsUrlProblem(text: string, local: string | undefined): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "must be a URL";
  if (url.search !== "" || url.hash !== "") return "must end with its path";
  return isLocal(url, local) ? undefined : webhookUrlProblem(text, "json");
}

function isLocal(url: URL, local: string | undefined): boolean {
  if (local === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    return false;
  return local === LOOPBACK ? OWN_MACHINE.test(url.hostname) : url.origin === URL.parse(local)?.origin;
}
