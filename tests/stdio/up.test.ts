/** `moorage up` and `down`, with npm, convex and wrangler of our own on the PATH that write down what they are given. */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey, parseApiKey } from "@moorage/shared/api-key";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { openDoor } from "./support/door.ts";

const built = mkdtempSync(join(tmpdir(), "moorage-up-built-"));
const made = createApiKey();
const successor = {
  text: made.text,
  key: {
    id: made.keyId,
    name: "owner",
    kind: "key",
    scopes: ["keys:admin"],
    status: "live",
    createdAt: "2026-01-01T00:00:00.000Z",
    usedFrom: [],
  },
};
let door: Awaited<ReturnType<typeof openDoor>>;
beforeAll(async () => {
  await buildPackage(join(built, "dist"));
  door = await openDoor({
    "keys:resolve": () => ({ keyId: "k", scopes: ["keys:admin"] }),
    "keys:list": () => ({ keys: [] }),
    "keys:rotate": () => ({ key: successor.key, text: successor.text }),
  });
});
afterAll(() => {
  door.close();
  rmSync(built, { recursive: true });
});

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-up-"));
  mkdirSync(join(home, "bin"));
  for (const name of ["npm", "convex", "wrangler"]) standIn(name);
});
afterEach(() => rmSync(home, { recursive: true }));

/** Notes its arguments and input, fails or is killed where the test says so, and reports as wrangler does. */
function standIn(name: string) {
  const script = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const input = fs.readFileSync(0, "utf8");
fs.appendFileSync(${JSON.stringify(join(home, "told"))}, JSON.stringify({ name: "${name}", args, input, env: Object.keys(process.env) }) + "\\n");
const step = ["${name}", ...args].join(" ");
const fail = process.env.FAIL_AT;
const accounts = [{ id: "a1", name: "Ada's" }, { id: "b2", name: "Ben's" }].slice(0, Number(process.env.ACCOUNTS ?? 1));
if (step.startsWith("wrangler whoami")) console.log(JSON.stringify({ loggedIn: true, email: "ada@example.com", accounts }));
if (step === "convex function-spec") console.log(JSON.stringify({ url: process.env.REACHED ?? "https://happy-otter-123.convex.cloud", functions: [] }, null, 2));
if (step.startsWith("convex env get")) console.log(process.env.AUDIENCE ?? "");
if (fail && step.startsWith(fail)) { console.error(process.env.SAYING ?? "no: " + input); process.exit(1); }
if (process.env.HOLD_AT && step.startsWith(process.env.HOLD_AT)) {
  fs.writeFileSync(${JSON.stringify(join(home, "held"))}, "");
  while (!fs.existsSync(${JSON.stringify(join(home, "go"))})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}
if (process.env.KILL_AT && step.startsWith(process.env.KILL_AT)) process.kill(process.ppid, "SIGKILL");
if (step.startsWith("wrangler deployments") && !process.env.WORKER_THERE) {
  console.error("This Worker does not exist on your account. [code: 10007]");
  process.exit(1);
}
const report = process.env.WRANGLER_OUTPUT_FILE_PATH;
if (report && args[0] === "deploy") fs.writeFileSync(report, (process.env.BAD_REPORT ?? "") + JSON.stringify({ type: "deploy", targets: [${JSON.stringify(door.env.MOORAGE_URL)}] }) + "\\n");
`;
  writeFileSync(join(home, "bin", name), script, { mode: 0o755 });
}

const DEPLOY_KEY = "prod:happy-otter-123|c2VjcmV0LWtleQ==";
const environment = (more: Record<string, string>) => ({
  PATH: `${join(home, "bin")}:/usr/bin:/bin`,
  HOME: home,
  MOORAGE_DATA_DIR: join(home, "data"),
  MOORAGE_CONFIG_DIR: join(home, "config"),
  CONVEX_DEPLOY_KEY: DEPLOY_KEY,
  ...more,
});

/** Not `spawnSync`: the door that it calls answers in this process. */
function run(words: string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(built, "dist/moorage.js"), ...words], { env: environment(more) });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
  return new Promise<{ status: number | null; signal: string | null; stdout: string; stderr: string }>((resolve) =>
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr })),
  );
}

async function waitFor(path: string) {
  await vi.waitUntil(() => existsSync(path), { timeout: 30_000 });
}

interface Told {
  name: string;
  args: string[];
  input: string;
  /** The names of what was in its environment. */
  env: string[];
}
const told = () =>
  readFileSync(join(home, "told"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
const steps = () => told().map(({ name, args }) => [name, ...args.slice(0, 2)].join(" "));
const inputOf = (step: string) => told().find(({ name, args }) => [name, ...args].join(" ").startsWith(step))!.input;

const secrets = () => {
  const {
    signingKey,
    owner,
    agent,
    door: own,
    masterKeys,
    auditKeys,
  } = JSON.parse(readFileSync(join(home, "config/cloud-moorage.keys.json"), "utf8")) as Record<string, never> & {
    signingKey: { d: string };
    masterKeys: { keys: { k: string }[] };
    auditKeys: never;
  };
  return [signingKey.d, owner, agent, own, masterKeys.keys[0]!.k, (auditKeys as typeof masterKeys).keys[0]!.k];
};

describe("moorage up", () => {
  it("does every step in order and says how to go on", async () => {
    const { status, stdout, stderr } = await run(["up"]);
    expect({ status, stderr: stderr.includes("moorage:") }).toEqual({ status: 0, stderr: false });
    expect(stdout).toContain(`moorage.js --profile moorage init --remote ${door.env.MOORAGE_URL}`);
    expect(steps()).toEqual([
      "npm install --no-audit",
      "wrangler whoami --json",
      "convex env get",
      "wrangler deployments list",
      "convex env set",
      "convex deploy --yes",
      "convex run tenants:provision",
      "convex function-spec",
      "wrangler secret bulk",
      "wrangler deploy --name",
      "wrangler deploy --name",
    ]);
    expect(inputOf("convex env set")).toMatch(/^MOORAGE_ISSUER='https:\/\/[0-9a-f-]{36}\.moorage\.invalid'$/m);
    expect(told().at(-1)!.args).toContain(`MOORAGE_PUBLIC_URL:${door.env.MOORAGE_URL}`);
    expect(told().at(-1)!.args).toContain("CONVEX_URL:https://happy-otter-123.convex.cloud");
  });

  it("puts no secret into an argument, a line it prints or a file that others can read", async () => {
    const { stdout, stderr } = await run(["up"]);
    const spoken = [stdout, stderr, ...told().flatMap(({ args }) => args)].join("\n");
    for (const secret of [...secrets(), DEPLOY_KEY]) expect(spoken).not.toContain(secret);
    const files = readdirSync(join(home, "config")).map((name) => statSync(join(home, "config", name)).mode & 0o777);
    expect(new Set(files)).toEqual(new Set([0o600]));
    expect(existsSync(join(home, "data/cloud/moorage/convex/memory.js"))).toBe(true);
  });

  it("gives each layer keys of which none can be had from another's", async () => {
    await run(["up"]);
    const worker = inputOf("wrangler secret bulk");
    const convex = inputOf("convex env set");
    const [signing, owner, agent, own, master, audit] = secrets();
    for (const secret of [signing!, own!]) expect(convex).not.toContain(secret);
    for (const secret of [master!, audit!, owner!, agent!]) expect(worker).not.toContain(secret);
    expect(inputOf("convex run")).not.toContain(owner!);
  });

  it.each([
    "npm install",
    "wrangler whoami",
    "wrangler deployments",
    "convex env set",
    "convex deploy",
    "convex run",
    "wrangler secret",
    "wrangler deploy ",
  ])("killed during %s, a second run completes it with the same keys", async (step) => {
    expect((await run(["up"], { KILL_AT: step })).signal).toBe("SIGKILL");
    const keyFile = join(home, "config/cloud-moorage.keys.json");
    const before = existsSync(keyFile) ? readFileSync(keyFile, "utf8") : undefined;
    const { status } = await run(["up"]);
    expect(status).toBe(0);
    if (before !== undefined) expect(readFileSync(keyFile, "utf8")).toBe(before);
    const issuers = told().flatMap(({ input }) => /MOORAGE_ISSUER='([^']+)'/.exec(input)?.[1] ?? []);
    expect(new Set(issuers).size).toBe(1);
  });

  it.each([
    ["convex env set", "Setting Convex's environment failed", "a Convex project of its own"],
    ["wrangler whoami", "wrangler is not logged in to Cloudflare", "npx wrangler login"],
    ["wrangler secret", "Setting the Worker's secrets failed", "Run moorage up again"],
  ])("where %s fails says it, with the next step and without a secret", async (step, said, next) => {
    const { status, stderr } = await run(["up"], { FAIL_AT: step });
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).toContain(next);
    // In the words of the tool, which here repeats what it was given.
    if (step !== "wrangler whoami") expect(stderr).toContain("[hidden]");
    if (existsSync(join(home, "config/cloud-moorage.keys.json")))
      for (const secret of secrets()) expect(stderr).not.toContain(secret);
  });

  it("tells a network that is missing from a log-in that is", async () => {
    const saying = {
      FAIL_AT: "wrangler whoami",
      SAYING: "[ERROR] fetch failed: getaddrinfo EAI_AGAIN api.cloudflare.com",
    };
    const { stderr } = await run(["up"], saying);
    expect(stderr).toContain("wrangler does not reach Cloudflare.");
    expect(stderr).not.toContain("logged in");
  });

  it("gives the keys to the accounts to no script of a package that is installed", async () => {
    await run(["up"], { CLOUDFLARE_API_TOKEN: "cf-token" });
    const keysOf = (tool: string) => [
      ...new Set(
        told().flatMap(({ name, env }) =>
          name === tool ? env.filter((one) => /^(CONVEX|CLOUDFLARE)_/.test(one)) : [],
        ),
      ),
    ];
    expect(keysOf("npm")).toEqual([]);
    expect(keysOf("wrangler")).toContain("CLOUDFLARE_API_TOKEN");
  });

  it("ends at once where a tool cannot be started, and names it", async () => {
    rmSync(join(home, "bin/npm"));
    const { status, stderr } = await run(["up"], { PATH: join(home, "bin") });
    expect(status).toBe(1);
    expect(stderr).toContain("npm cannot be run on this machine.");
  });

  it("without a key for Convex changes nothing and says where to get one", async () => {
    const { status, stderr } = await run(["up"], { CONVEX_DEPLOY_KEY: "" });
    expect(status).toBe(1);
    expect(stderr).toContain("https://dashboard.convex.dev");
    expect(existsSync(join(home, "told"))).toBe(false);
  });

  it.each([
    [{ CONVEX_DEPLOY_KEY: "project:ada:harbour|c2VjcmV0" }, "CONVEX_DEPLOY_KEY is no deployment's own key."],
    [
      { CONVEX_SELF_HOSTED_URL: "convex.example.com", CONVEX_SELF_HOSTED_ADMIN_KEY: "c2VjcmV0" },
      "CONVEX_SELF_HOSTED_URL must be an address",
    ],
  ])("with %j says what it cannot use, before it does anything", async (more, said) => {
    const { status, stderr } = await run(["up"], more);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("c2VjcmV0");
    expect(existsSync(join(home, "told"))).toBe(false);
  });

  it("needs a Node with SQLite, and says so before it does anything", async () => {
    const { status, stderr } = await run(["up"], { NODE_OPTIONS: "--no-experimental-sqlite" });
    expect(status).toBe(1);
    expect(stderr).toContain("This needs Node 22.16 or newer");
    expect(existsSync(join(home, "told"))).toBe(false);
  });

  it("refuses a key for another deployment than it made", async () => {
    await run(["up"]);
    const { stderr } = await run(["up"], { CONVEX_DEPLOY_KEY: "prod:other-owl-9|x" });
    expect(stderr).toContain("runs at https://happy-otter-123.convex.cloud");
  });

  it("keeps nothing of a Convex project that is another Moorage's: a second run with another key goes on", async () => {
    const { status, stderr } = await run(["up"], { AUDIENCE: "moorage-of-another" });
    expect(status).toBe(1);
    expect(stderr).toContain("This Convex deployment belongs to another Moorage.");
    expect(steps()).not.toContain("convex env set");
    expect((await run(["up"], { CONVEX_DEPLOY_KEY: "prod:other-owl-9|x" })).status).toBe(0);
  });

  it("tells the Worker the address of a deployment in another region, which its key does not name", async () => {
    const reached = "https://happy-otter-123.eu-west-1.convex.cloud";
    const { status, stderr } = await run(["up"], { REACHED: reached });
    expect(status).toBe(0);
    expect(stderr).toContain(`Convex runs the functions at ${reached}.`);
    expect(told().at(-1)!.args).toContain(`CONVEX_URL:${reached}`);
    expect((await run(["up"], { REACHED: reached })).status).toBe(0);
  });

  it("answers at its own domain from then on, without being told again", async () => {
    // The first run ends before anybody is called at that address.
    await run(["up", "--domain", "moor.example.com"], { FAIL_AT: "wrangler deploy " });
    await run(["up"], { FAIL_AT: "wrangler deploy " });
    expect(told().at(-1)!.args.slice(-2)).toEqual(["--domain", "moor.example.com"]);
  });

  it("deletes no Worker of somebody else's that has its name", async () => {
    const { status, stderr } = await run(["up"], { WORKER_THERE: "1" });
    expect(status).toBe(1);
    expect(stderr).toContain("The account has a Worker called moorage already, which was not made from this machine");
    expect(steps()).not.toContain("convex env set");
    await run(["up"]);
    expect((await run(["up"], { WORKER_THERE: "1" })).status).toBe(0);
  });

  it("touches no Worker of that name in another account than the one it was made in", async () => {
    const inOther = { ACCOUNTS: "2", CLOUDFLARE_ACCOUNT_ID: "b2", WORKER_THERE: "1" };
    await run(["up"]);
    for (const words of [["up"], ["up", "--dry-run"], ["down", "--yes"]]) {
      rmSync(join(home, "told"));
      const { status, stderr } = await run(words, inOther);
      expect(status).toBe(1);
      expect(stderr).toContain("moorage is in another account of Cloudflare than Ben's, as ada@example.com.");
      expect(stderr).toContain("CLOUDFLARE_ACCOUNT_ID=a1");
      expect(
        steps().filter((step) => /env set|secret|wrangler de(ploy|lete)/.test(step) && !/list/.test(step)),
      ).toEqual([]);
    }
    expect((await run(["down", "--yes"])).status).toBe(0);
  });

  it("that cannot tell whether there is such a Worker stops, in the tool's words but for keys and colours", async () => {
    const saying = `\u001b[31mUnable to resolve api.cloudflare.com for ${DEPLOY_KEY}`;
    const { status, stderr } = await run(["up"], { FAIL_AT: "wrangler deployments", SAYING: saying });
    expect(status).toBe(1);
    expect(stderr).toContain("wrangler cannot say whether there is a Worker called moorage.");
    expect(stderr).toContain("(Unable to resolve api.cloudflare.com for [hidden])");
    expect(steps()).not.toContain("convex env set");
  });

  it("asks which account to use where there are several", async () => {
    const { stderr } = await run(["up"], { ACCOUNTS: "2" });
    expect(stderr).toContain("Ada's (a1), Ben's (b2)");
    expect(stderr).toContain("CLOUDFLARE_ACCOUNT_ID");
    expect((await run(["up"], { ACCOUNTS: "2", CLOUDFLARE_ACCOUNT_ID: "b2" })).stderr).toContain("Cloudflare: Ben's");
  });

  it("reads the address from a report that has other lines, and says where it has none", async () => {
    expect((await run(["up"], { BAD_REPORT: '{"type":"dep\nno JSON\n{"type":"deploy"}\n' })).status).toBe(0);
    const { stderr } = await run(["up"], { BAD_REPORT: '{"type":"dep' });
    expect(stderr).toContain("Cloudflare gave the Worker no address.");
  });

  it("twice at once is done once, and refused where it came second", async () => {
    const first = run(["up"], { HOLD_AT: "convex deploy" });
    await waitFor(join(home, "held"));
    const second = await run(["up"]);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain("Another moorage up or down of moorage is running on this machine.");
    writeFileSync(join(home, "go"), "");
    expect((await first).status).toBe(0);
  });
});

describe("moorage up --dry-run", () => {
  it("asks the accounts, says what is there and what would be made, and changes nothing", async () => {
    const { status, stdout } = await run(["up", "--dry-run"]);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "Cloudflare: Ada's, as ada@example.com.\nConvex: https://happy-otter-123.convex.cloud takes",
    );
    expect(stdout).toContain("The Worker moorage (wrangler deploy): would be made");
    expect(stdout).toContain("Nothing was done.");
    // Beside Node's own cache of compiled code.
    expect(readdirSync(home).filter((name) => name !== ".cache")).toEqual(["bin", "told"]);
    expect(steps()).toEqual([
      "npm install --no-audit",
      "wrangler whoami --json",
      "convex env get",
      "wrangler deployments list",
    ]);
  });

  it("tells what an earlier run has made", async () => {
    await run(["up"]);
    const audience = /MOORAGE_AUDIENCE='([^']+)'/.exec(inputOf("convex env set"))![1]!;
    const { stdout } = await run(["up", "--dry-run"], { AUDIENCE: audience, WORKER_THERE: "1" });
    expect(stdout).toContain("The keys of this deployment, kept on this machine: are there");
    expect(stdout).toContain(`is there, at ${door.env.MOORAGE_URL}, and would be deployed again`);
  });

  it.each([
    [{ FAIL_AT: "wrangler whoami" }, "wrangler is not logged in to Cloudflare"],
    [{ FAIL_AT: "convex env get" }, "Asking Convex with the key failed"],
    [{ AUDIENCE: "moorage-of-another" }, "This Convex deployment belongs to another Moorage"],
    [{ CONVEX_DEPLOY_KEY: "" }, "No key for a Convex deployment is set"],
  ])("with %j says what is wrong", async (more, said) => {
    const { status, stderr } = await run(["up", "--dry-run"], more);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
  });
});

it("the owner's key that is rotated is replaced for the next up, and in the profile", async () => {
  await run(["up"]);
  const [, owner] = secrets();
  const { stdout } = await run(["--profile", "moorage", "keys", "rotate", parseApiKey(owner!)!.keyId]);
  expect(stdout).not.toContain(successor.text);
  expect(secrets()[1]).toBe(successor.text);
  expect(readFileSync(join(home, "config/profile-moorage.json"), "utf8")).toContain(successor.text);
  await run(["up"]);
  expect(secrets()[1]).toBe(successor.text);
});

describe("what is asked of moorage up", () => {
  it.each([
    [["--name", "Big Name"], "--name must be"],
    [["--name", "cursor"], "--name cursor is where that client's own key is kept"],
    [["--domain", "https://x.example.com/"], "--domain must be a host name"],
  ])("%j is refused", async (words, said) => {
    expect((await run(["up", ...words])).stderr).toContain(said);
  });
});

describe("moorage down", () => {
  it("deletes what half an up has left", async () => {
    await run(["up"], { KILL_AT: "wrangler deploy " });
    const { status, stdout } = await run(["down", "--yes"], { WORKER_THERE: "1" });
    expect({ status, last: told().at(-1)!.args[0] }).toEqual({ status: 0, last: "delete" });
    expect(stdout).toContain("Its data is still at https://happy-otter-123.convex.cloud");
  });

  it("ends as well where somebody has deleted the Worker, but not where wrangler fails", async () => {
    await run(["up"]);
    const failing = (saying: string) => run(["down", "--yes"], { FAIL_AT: "wrangler delete", SAYING: saying });
    expect((await failing("no network")).stderr).toContain("Deleting the Worker failed. (no network)");
    expect((await failing("This Worker does not exist on your account. [code: 10007]")).status).toBe(0);
    expect((await run(["down", "--yes"])).stdout).toContain("Nothing called moorage is up");
  });

  it("brings the tools back where somebody has cleared the data directory", async () => {
    await run(["up"]);
    rmSync(join(home, "data"), { recursive: true });
    const { status, stderr } = await run(["down", "--yes"]);
    expect({ status, stderr, last: told().at(-1)!.args[0] }).toEqual({ status: 0, stderr: "", last: "delete" });
  });

  it("deletes the Worker, and up brings it back with the same keys", async () => {
    await run(["up"]);
    const before = secrets();
    const { status, stdout } = await run(["down", "--yes"]);
    expect(status).toBe(0);
    expect(told().at(-1)!.args).toEqual(["delete", "--name", "moorage", "--force"]);
    expect(stdout).toContain("delete that project in Convex's dashboard");
    expect((await run(["down", "--yes"])).stdout).toContain("Nothing called moorage is up");
    await run(["up"]);
    expect(secrets()).toEqual(before);
  });
});

it("the Worker it lays out is one that wrangler takes", async () => {
  await run(["up"]);
  const wrangler = join(import.meta.dirname, "../node_modules/wrangler/bin/wrangler.js");
  const { status, stdout } = spawnSync(
    process.execPath,
    [wrangler, "deploy", "--dry-run", "--outdir", join(home, "out")],
    {
      cwd: join(home, "data/cloud/moorage"),
      encoding: "utf8",
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    },
  );
  expect(status).toBe(0);
  expect(stdout).toContain("env.RATE_LIMITER");
});
