// Runs `scripts/<task>.ts` with the workspace's own Node and tools, installing them first when they are missing.
// Plain JavaScript without dependencies: this is the one file that runs on a machine with only Node 20 and npm.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".bootstrap");

/** The folders of the workspace's packages. */
function packages() {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "package.json")))
    .map((entry) => join(root, entry.name))
    .sort();
}

/** A digest of every file that decides what an install would do. */
function wanted() {
  const hash = createHash("sha256");
  const files = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"].map((file) => join(root, file));
  const manifests = packages().map((folder) => join(folder, "package.json"));
  for (const file of [...files, ...manifests].filter((path) => existsSync(path))) {
    hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** How the registry is reached, which a person may have set for npm. */
const KEPT_SETTINGS = /^npm_config_(registry|proxy|https_proxy|noproxy|ca|cafile|strict_ssl)$/;

/** npm hands its own settings down as `npm_*` variables, which every package manager below would obey. */
function environment() {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.toLowerCase().startsWith("npm_") || KEPT_SETTINGS.test(name.toLowerCase()),
    ),
  );
  const path = Object.keys(env).find((name) => name.toLowerCase() === "path") ?? "PATH";
  return { ...env, [path]: bin + delimiter + (env[path] ?? ""), npm_config_update_notifier: "false" };
}

/** Spawns, passes signals on, and resolves with the exit code (128 + signal when it was killed). */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const windowsShell = process.platform === "win32" && !command.endsWith(".exe");
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: environment(), shell: windowsShell });
    // A terminal sends SIGINT to the whole group; passing it on would deliver it twice.
    const handlers = { SIGINT: () => {}, SIGTERM: () => child.kill("SIGTERM"), SIGHUP: () => child.kill("SIGHUP") };
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
    // npm ends without a word to its grandchildren when it alone is told to.
    const parent = process.ppid;
    const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

async function main() {
  const [task = "start", ...args] = process.argv.slice(2);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    console.error(
      `Moorage needs Node 20 or newer to set itself up; this is ${process.version}. Install it from https://nodejs.org`,
    );
    return 1;
  }
  const script = join(root, "scripts", `${task}.ts`);
  if (!existsSync(script)) {
    console.error(`There is no task "${task}". package.json lists them.`);
    return 1;
  }
  const node = join(bin, process.platform === "win32" ? "node.exe" : "node");
  const installed = [root, ...packages()].every((folder) => existsSync(join(folder, "node_modules")));
  const current = installed && existsSync(stamp) && existsSync(node) && readFileSync(stamp, "utf8") === wanted();
  if (!current) {
    console.error("Setting up: Node 24 and the packages of this workspace (once; about half a minute) …");
    const code = await run("npx", ["--yes", PNPM, "install", "--frozen-lockfile", "--reporter=append-only"]);
    if (code !== 0) {
      console.error(
        "The set-up did not finish. Check the network (the npm registry must be reachable), then run the same command again.",
      );
      return code;
    }
    writeFileSync(stamp, wanted());
  }
  return run(node, [script, ...args]);
}

process.exitCode = await main();
