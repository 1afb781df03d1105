/** What a release consists of beside the npm package: the bundle for Claude Desktop and the registry's entry. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackExtension, validateManifest } from "@anthropic-ai/mcpb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { buildPackage } from "../../scripts/build.ts";
import { buildBundle, registryEntry } from "../../scripts/mcpb.ts";
import { connectClient } from "./support/client.ts";

const home = mkdtempSync(join(tmpdir(), "moorage-release-"));
const built = join(home, "built");
const unpacked = join(home, "unpacked");

beforeAll(async () => {
  await buildPackage(built);
  await buildBundle(built, join(home, "moorage.mcpb"));
  await unpackExtension({ mcpbPath: join(home, "moorage.mcpb"), outputDir: unpacked, silent: true });
});
afterAll(() => rmSync(home, { recursive: true }));

const workflow = readFileSync(join(import.meta.dirname, "../../.github/workflows/release.yml"), "utf8");

const json = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, never>;

describe("the bundle", () => {
  it("is valid, and its key is told to be a secret", () => {
    expect(validateManifest(join(unpacked, "manifest.json"))).toBe(true);
    expect(json(join(unpacked, "manifest.json"))["user_config"]).toMatchObject({ api_key: { sensitive: true } });
    expect(statSync(join(home, "moorage.mcpb")).size).toBeLessThan(2_000_000);
  });

  it("starts as its manifest says, with every setting left empty", async () => {
    const { server } = json(join(unpacked, "manifest.json")) as unknown as Manifest;
    const args = server.mcp_config.args.map((arg) => arg.replace(["$", "{__dirname}"].join(""), unpacked));
    const env = Object.fromEntries(Object.keys(server.mcp_config.env).map((name) => [name, ""]));
    const dirs = { MOORAGE_CONFIG_DIR: join(home, "config"), XDG_DATA_HOME: join(home, "data"), HOME: home };
    const client = await connectClient(args[0]!, { ...env, ...dirs });
    const { structuredContent } = await client.call("memory_add", { type: "fact", content: "Bundled." });
    await client.close();
    expect(structuredContent).toMatchObject({ memory: { content: "Bundled." } });
  });

  it("says what it needs where the host's Node has no SQLite, and doctor says the same", async () => {
    const entry = join(unpacked, "server/moorage.js");
    const env = { NODE_OPTIONS: "--no-experimental-sqlite", HOME: home, MOORAGE_CONFIG_DIR: join(home, "config") };
    const client = await connectClient(entry, env);
    const { isError, structuredContent } = await client.call("memory_list");
    await client.close();
    expect(isError).toBe(true);
    expect(structuredContent).toMatchObject({
      code: "setup",
      message: expect.stringContaining("which this Node lacks"),
    });
    const { stdout } = spawnSync(process.execPath, [entry, "doctor", "--json"], { env, encoding: "utf8" });
    const { findings } = JSON.parse(stdout) as { findings: { check: string }[] };
    expect(findings.find(({ check }) => check === "node")).toMatchObject({
      state: "broken",
      message: expect.stringContaining("Install Node 24"),
    });
  });
});

interface Manifest {
  server: { mcp_config: { args: string[]; env: Record<string, string> } };
}

type Permissions = Record<string, string>;
interface Step {
  uses?: string;
  run?: string;
}

describe("the release workflow", () => {
  const jobs = (parse(workflow) as { jobs: Record<string, { permissions: Permissions; steps: Step[] }> }).jobs;

  it("runs nothing that could be another tomorrow: actions by commit, the registry's program by its bytes", () => {
    const uses = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(uses).not.toEqual([]);
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    expect(workflow).not.toContain("releases/latest");
    expect(workflow).toMatch(/[0-9a-f]{64} {2}mcp-publisher\.tar\.gz" \| sha256sum --check --strict/);
  });

  it("builds a package that names its repository, without which npm takes no provenance", async () => {
    vi.stubEnv("GITHUB_REPOSITORY", "ada/moorage");
    await buildPackage(join(home, "released"));
    vi.unstubAllEnvs();
    expect(json(join(home, "released/package.json"))["repository"]).toEqual({
      type: "git",
      url: "git+https://github.com/ada/moorage.git",
    });
  });

  it("runs none of our tools, and so nobody's they are made of, where a token can be asked for", () => {
    const trusted = Object.values(jobs).filter(({ permissions }) => "id-token" in permissions);
    const programs = trusted
      .flatMap(({ steps }) => steps.flatMap(({ run = "" }) => run.split("\n")))
      .map((line) => line.split(" ")[0]);
    expect(new Set(programs)).toEqual(new Set(["npm", "gh", "curl", "echo", "tar", "./mcp-publisher", ""]));
    const npm = trusted.flatMap(({ steps }) => steps.flatMap(({ run = "" }) => (run.startsWith("npm ") ? run : [])));
    expect(npm).toEqual([expect.stringMatching(/^npm publish \.\/release\/\S+\.tgz .*--ignore-scripts$/)]);
    const uses = trusted.flatMap(({ steps }) => steps.flatMap(({ uses = "" }) => /^[^@]+(?=@)/.exec(uses)?.[0] ?? []));
    expect(uses).toEqual(["actions/download-artifact", "actions/setup-node"]);
  });

  it("publishes with provenance, and gives each job what it needs and no more", () => {
    expect(workflow).toContain("--provenance");
    expect(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions])).toEqual([
      ["build", { contents: "read" }],
      ["publish", { contents: "write", "id-token": "write" }],
      ["registry", { contents: "read", "id-token": "write" }],
    ]);
  });
});

/** What the registry's schema of 2025-12-11 asks of the fields that we fill in. */
const variable = z.strictObject({
  name: z.string(),
  description: z.string(),
  format: z.enum(["string", "number", "boolean", "filepath"]),
  isSecret: z.boolean().optional(),
});
const entry = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  packages: z.array(
    z.strictObject({
      registryType: z.literal("npm"),
      registryBaseUrl: z.literal("https://registry.npmjs.org"),
      identifier: z.string(),
      version: z.string().regex(/^\d+\.\d+\.\d+/),
      runtimeHint: z.literal("npx"),
      transport: z.strictObject({ type: z.literal("stdio") }),
      environmentVariables: z.array(variable),
    }),
  ),
});

it("the registry's entry has its form, and names and versions are the package's own", () => {
  const told = entry.parse(registryEntry());
  const { name, mcpName, version } = json(join(built, "package.json")) as unknown as Record<string, string>;
  expect(told).toMatchObject({ name: mcpName, version, packages: [{ identifier: name, version }] });
  expect(entry.parse(json(join(import.meta.dirname, "../../server.json")))).toEqual(told);
});
