import type { Section } from "../sections.ts";

/** The stdio server beside a bare SDK echo server and the reference memory server. */
export const mcp: Section = {
  start: async (folder) => (await import("./start.ts")).measureStart(folder),
  calls: async (folder) => (await import("./calls.ts")).measureCalls(folder),
  growth: async (folder) => (await import("./growth.ts")).measureGrowth(folder),
  remote: async (folder) => (await import("./remote.ts")).measureRemote(folder),
  package: async (folder) => (await import("./package.ts")).measurePackage(folder),
};
