/** Where servers and people reach this Moorage from elsewhere. */

import type { Provider } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";

export function publicUrl(): string | undefined {
  // A hosted door's issuer is its address; an embedded one has none until it listens.
  const url = process.env["MOORAGE_PUBLIC_URL"] ?? process.env["MOORAGE_ISSUER"];
  return url?.startsWith("https://") ? url.replace(/\/+$/, "") : undefined;
}

/** Every server but a simulated one calls home. */
export function requireReachable(provider: Provider): void {
  if (provider !== "simulated" && publicUrl() === undefined) throw new AppError("needs_public_url");
}
