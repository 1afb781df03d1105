import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Most tests wait for a process of their own half the time; by default one core would be left idle.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "node",
          include: ["{shared,convex,engine,mcp-server,tests}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
          testTimeout: 30_000,
          // Several build the package first.
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./worker/wrangler.jsonc" } })],
        test: { name: "worker", include: ["worker/{src,test}/**/*.test.ts"], testTimeout: 30_000 },
      },
    ],
  },
});
