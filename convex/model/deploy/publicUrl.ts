/** Where servers and people reach this Moorage from elsewhere. */
import { isCloud, type Provider } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import { publicHostProblem } from "@moorage/shared/webhook-url";

export function publicUrl(): string | undefined {
  // A hosted door's issuer is its address; an embedded one has none until it listens.
  const url = process.env["MOORAGE_PUBLIC_URL"] ?? process.env["MOORAGE_ISSUER"];
  return url?.startsWith("https://") ? url.replace(/\/+$/, "") : undefined;
}

/** Where a server there could report in. A machine of one's own may be in the same network, or be this one. */
export function urlFor(provider: Provider): string | undefined {
  const url = publicUrl();
  return url === undefined || (isCloud(provider) && problemOf(url) !== undefined) ? undefined : url;
}

/** Every server but a simulated one calls home. */
export function requireReachable(provider: Provider): void {
  if (provider !== "simulated" && urlFor(provider) === undefined)
    throw new AppError("needs_public_url", refusalOf(provider));
}

function refusalOf(provider: Provider): string {
  if (provider === "host") return "Your machine could not report in: this Moorage has no address at which it listens.";
  const url = publicUrl();
  const why = url === undefined ? "this Moorage has no address that it can reach" : `${url} ${problemOf(url)}`;
  return `A server at ${provider} could not report in: ${why}.`;
}

function problemOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null ? "must be a URL" : publicHostProblem(parsed);
}
