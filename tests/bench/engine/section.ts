import type { Section } from "../sections.ts";

/** The embedded engine beside the same rows in SQLite by hand. */
export const engine: Section = {
  mutations: async (folder) => (await import("./mutations.ts")).measureMutations(folder),
  reads: async (folder) => (await import("./reads.ts")).measureReads(folder),
};
