/** What a user installs, and what a model reads before it has asked anything. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { StdioClient } from "../../support/stdio-client.ts";
import type { Figure } from "../measure/figures.ts";
import { moorage, PACKAGE } from "./servers.ts";

interface Tool {
  name: string;
  description: string;
  inputSchema: object;
}

export async function measurePackage(folder: string): Promise<Figure[]> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const [{ size, unpackedSize }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--cache", join(folder, "npm")], {
      cwd: PACKAGE,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  const server = new StdioClient(moorage(join(folder, "package")));
  await server.initialize();
  const { tools } = (await server.request("tools/list")) as { tools: Tool[] };
  await server.close();
  const tokens = tools.map(
    ({ name, description, inputSchema }) => encode(JSON.stringify({ name, description, inputSchema })).length,
  );
  return [
    {
      name: "package, installed",
      unit: "kB",
      ours: unpackedSize / 1e3,
      goal: { bound: "at most", limit: 1500, aim: 600 },
    },
    { name: "package, as downloaded", unit: "kB", ours: size / 1e3 },
    {
      name: "runtime dependencies",
      unit: "",
      ours: Object.keys(dependencies).length,
      goal: { bound: "at most", limit: 0 },
    },
    {
      name: `tools/list a tool (mean of ${tools.length}, o200k)`,
      unit: "tokens",
      ours: tokens.reduce((sum, count) => sum + count, 0) / tokens.length,
      goal: { bound: "at most", limit: 100, aim: 75 },
    },
    { name: "tools/list, the longest tool", unit: "tokens", ours: Math.max(...tokens) },
  ];
}
