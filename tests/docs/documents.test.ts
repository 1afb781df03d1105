/** Documents say what is so: links lead somewhere, the reference is the tools' own, and every command in them runs. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { reference } from "moorage/reference";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { type DoorCall, openDoor } from "../stdio/support/door.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const folders = [".", "docs", "convex", "worker", "engine", "mcp-server", "skills/moorage"];
const documents = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => relative(root, join(root, folder, name))),
);

it("the reference of the tools is what they say of themselves (renew it: node scripts/docs.ts)", () => {
  expect(read("docs/tools.md")).toBe(reference());
});

describe.each(documents)("%s", (document) => {
  it("links to files that are there", () => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });

  it("names files and folders of the workspace that are there", () => {
    const named = [
      ...read(document).matchAll(/`((?:shared|convex|worker|engine|mcp-server|tests|scripts|docs)\/[\w./-]+)`/g),
    ];
    expect(named.map(([, path]) => path!).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** Lines that this test does not run, and why. */
const ELSEWHERE: [line: RegExp, why: string][] = [
  [/^git clone /, "there is no repository to clone from here"],
  [/^npm (start|test)\b/, "tried on a clean clone, with this test among what it runs"],
  [/^npm run (bench|soak|remote|bench:memory|package)\b/, "measures or serves for minutes; tests/remote, tests/bench"],
  [/^(npx|node -e|vitest|mcporter|npm install)\b/, "tools of others, which another test drives"],
];

/** The commands of a document, in order. A line that ends in a backslash, or a quotation that is open, goes on. */
function commandsOf(document: string): string[] {
  const blocks = [...read(document).matchAll(/^```sh\n(.*?)^```/gms)].map(([, text]) => text!);
  return blocks.flatMap((text) =>
    text
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

const runnable = documents
  .map((document) => ({
    document,
    commands: commandsOf(document).filter((line) => !ELSEWHERE.some(([pattern]) => pattern.test(line))),
  }))
  .filter(({ commands }) => commands.some((line) => line.includes("moorage ")));

describe("the commands of", () => {
  const built = mkdtempSync(join(tmpdir(), "moorage-docs-"));
  let door: Awaited<ReturnType<typeof openDoor>>;
  beforeAll(async () => {
    await buildPackage(join(built, "dist"));
    door = await openDoor(CLOUD);
  });
  afterAll(() => {
    door.close();
    rmSync(built, { recursive: true });
  });

  it.each(runnable)("$document run, one after the other", async ({ commands }) => {
    const home = mkdtempSync(join(tmpdir(), "moorage-docs-home-"));
    standIns(home, built, door.env.MOORAGE_URL);
    mkdirSync(join(home, ".cursor"));
    const { code, output } = await bash(["set -e", ...commands].join("\n"), home);
    rmSync(home, { recursive: true });
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  });
});

/** What a Moorage in the cloud answers to the commands of its page, where nothing is kept yet. */
const CLOUD = {
  "keys:resolve": () => ({ keyId: "k", scopes: ["keys:admin"] }),
  "keys:list": () => ({ keys: [] }),
  "keys:create": () => ({
    key: {
      id: "k2",
      name: "laptop",
      kind: "key",
      scopes: ["memory:read"],
      status: "live",
      createdAt: "2026-01-01T00:00:00.000Z",
      usedFrom: [],
    },
    text: `moor_${"a".repeat(16)}_${"b".repeat(49)}`,
  }),
  "memory:list": () => ({ memories: [] }),
  "transfer:exportMemories": () => ({ memories: [] }),
  "transfer:exportVersions": () => ({ versions: [] }),
  "transfer:exportLogs": () => ({ entries: [] }),
  "approvals:setPolicy": ({ args }: DoorCall) => args,
  "memory:setRetention": ({ args }: DoorCall) => args,
  "jobs:setRetention": ({ args }: DoorCall) => args,
  "secrets:list": () => ({ secrets: [] }),
};

/** `moorage` itself, and the tools of others that would leave this machine. */
function standIns(home: string, built: string, address: string) {
  mkdirSync(join(home, "bin"));
  const put = (name: string, script: string) => writeFileSync(join(home, "bin", name), script, { mode: 0o755 });
  put("moorage", `#!/bin/sh\nexec "${process.execPath}" "${built}/dist/moorage.js" "$@"\n`);
  for (const name of ["npm", "convex", "systemctl", "launchctl"]) put(name, "#!/bin/sh\ncat > /dev/null\n");
  const report = JSON.stringify({ type: "deploy", targets: [address] });
  const account = JSON.stringify({ loggedIn: true, accounts: [{ id: "a1", name: "Ada" }] });
  put(
    "wrangler",
    `#!/bin/sh
cat > /dev/null
case "$1" in
  whoami) echo '${account}' ;;
  deployments) echo 'This Worker does not exist on your account. [code: 10007]' >&2; exit 1 ;;
  deploy) echo '${report}' > "$WRANGLER_OUTPUT_FILE_PATH" ;;
esac
`,
  );
}

function bash(script: string, home: string): Promise<{ code: number | null; output: string }> {
  const env = {
    PATH: `${join(home, "bin")}:/usr/bin:/bin`,
    HOME: home,
    CONVEX_DEPLOY_KEY: "prod:happy-otter-123|key",
  };
  const child = spawn("bash", ["-x", "-c", script], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}
