/** Which tools a session is offered: by the flags the server was started with, never by what its key may do. */
import type { Feature } from "./tool.ts";

export interface Offer {
  features: ReadonlySet<Feature>;
  readOnly: boolean;
  allowReveal: boolean;
}

export interface Offered {
  feature: Feature;
  mutating: boolean;
  reveals: boolean;
}

export const isOffered = ({ feature, mutating, reveals }: Offered, offer: Offer): boolean =>
  offer.features.has(feature) && !(offer.readOnly && mutating) && (offer.allowReveal || !reveals);
