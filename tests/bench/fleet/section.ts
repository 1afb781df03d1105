import type { Section } from "../sections.ts";

/** Servers that report in. */
export const fleet: Section = {
  presence: async () => (await import("./measure.ts")).measureFleet(),
};
