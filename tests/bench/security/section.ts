import type { Section } from "../sections.ts";

/** What keys and sealed values cost. */
export const security: Section = {
  resolve: async (folder) => (await import("./resolve.ts")).measureResolve(folder),
  door: async () => (await import("./door.ts")).measureDoor(),
};
