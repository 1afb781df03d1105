/** Makes the bundle that Claude Desktop installs by a double click: the npm package with a manifest of its own. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packExtension } from "@anthropic-ai/mcpb/cli";
import { listing, version } from "../mcp-server/src/published.static.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Claude Desktop runs it on its own Node; `moorage doctor` says when that one lacks what the local database needs. */
const manifest = {
  $schema: "https://raw.githubusercontent.com/anthropics/mcpb/main/schemas/mcpb-manifest-v0.4.schema.json",
  manifest_version: "0.4",
  name: "moorage",
  display_name: "Moorage",
  version,
  description: "Deployments, status, secrets and memory for AI agents.",
  author: { name: "Moorage" },
  license: "Apache-2.0",
  server: {
    type: "node",
    entry_point: "server/moorage.js",
    mcp_config: {
      command: "node",
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the host fills these in.
      args: ["${__dirname}/server/moorage.js"],
      env: {
        MOORAGE_URL: "${user_config.url}",
        MOORAGE_API_KEY: "${user_config.api_key}",
        MOORAGE_DATA_DIR: "${user_config.data_dir}",
      },
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
    },
  },
  tools: listing.map(({ name, title }) => ({ name, description: title })),
  user_config: {
    url: {
      type: "string",
      title: "Address",
      description: "Of a Moorage elsewhere. Leave it empty to keep everything on this computer.",
      required: false,
      default: "",
    },
    api_key: {
      type: "string",
      title: "API key",
      description: "For the Moorage at that address.",
      sensitive: true,
      required: false,
      default: "",
    },
    data_dir: {
      type: "string",
      title: "Data folder",
      description: "Where the database is kept. Leave it empty for the usual place.",
      required: false,
      default: "",
    },
  },
  compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: ">=20.0.0" } },
};

/** Packs a built package into one `.mcpb` file, checked by the official tool on the way. */
export async function buildBundle(built: string, output: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-mcpb-"));
  try {
    cpSync(built, join(folder, "server"), { recursive: true });
    cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
    writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    mkdirSync(dirname(output), { recursive: true });
    if (!(await packExtension({ extensionPath: folder, outputPath: output, silent: true }))) {
      throw new Error("The bundle is not valid.");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the registry is told of this release: the versions are the package's own. */
export function registryEntry(): unknown {
  const entry = JSON.parse(readFileSync(join(root, "server.json"), "utf8")) as { packages: object[] };
  return { ...entry, version, packages: entry.packages.map((one) => ({ ...one, version })) };
}
