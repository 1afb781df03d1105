/** Where alerts may be sent: judged when it is set, and again before each message. */

/** How a message looks: Moorage's own JSON, or what Slack or ntfy reads. */
export const WEBHOOK_FORMS = ["json", "slack", "ntfy"] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

const URL_CHARS = 1_000;
const SLACK_HOSTS = ["hooks.slack.com", "hooks.slack-gov.com"];
/** Names that no public server has: they lead into the network that the backend runs in. */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|arpa|test|invalid|onion)$/;

/** What is wrong with it, without repeating it: the address itself is what lets people write there. */
export function webhookUrlProblem(text: string, form: WebhookForm): string | undefined {
  if (text.length > URL_CHARS) return `must be at most ${URL_CHARS} characters`;
  const url = URL.parse(text);
  if (url === null) return "must be a URL";
  if (url.protocol !== "https:") return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must hold no user name or password";
  if (url.port !== "") return "must have no port of its own";
  const problem = publicHostProblem(url);
  if (problem === undefined && form === "slack" && !SLACK_HOSTS.includes(nameOf(url)))
    return `must be at ${SLACK_HOSTS[0]}`;
  return problem;
}

/** Whether it leads to the same place from everywhere. */
export function publicHostProblem(url: URL): string | undefined {
  const host = nameOf(url);
  if (isAddress(host)) return "must name a host, not an address";
  return !host.includes(".") || PRIVATE_NAMES.test(host) ? "must name a public host" : undefined;
}

/** A name may end in a dot, and is the same. */
const nameOf = ({ hostname }: URL): string => hostname.replace(/\.$/, "");

/** The parser has written every form of an IPv4 address (hexadecimal, one number) as four decimals by now. */
const isAddress = (host: string): boolean => host.startsWith("[") || /^[\d.]+$/.test(host);
