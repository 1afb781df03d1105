/**
 * A machine below a directory: the files a server gets, run by the real bash, curl and jq, against a door behind TLS.
 * Docker, systemd and OpenClaw are stand-ins that write down what they were asked; the gateway is an HTTP server.
 */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { filesOf, TOKEN_PATH } from "@moorage/convex/model/server/files";
import type { Profile } from "@moorage/shared/deployment";
import type { Host } from "./hosts.ts";

export const missingTools = ["bash", "curl", "jq", "openssl", "flock"].filter((name) => !isThere(name));

function isThere(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const DOCKER = `#!/usr/bin/env bash
printf '%s\\n' "docker $*" >>"$FAKE/calls"
case "$*" in
  # A registry with what its tags mean today, and the images that were fetched from it.
  pull*)
    if [ -e "$FAKE/no-registry" ]; then echo "connection refused" >&2; exit 1; fi
    image=\${*: -1}
    name=\${image%@*}
    case $image in *@*) digest=\${image##*@} ;; *) digest=$(cat "$FAKE/tag-means") ;; esac
    if [ -e "$FAKE/other-bytes" ]; then digest=$(cat "$FAKE/other-bytes"); fi
    printf '%s %s@%s\\n' "$image" "\${name%:*}" "$digest" >>"$FAKE/images" ;;
  "image inspect"*) awk -v ref="\${*: -1}" '$1 == ref || $2 == ref { found = $2 } END { print found }' "$FAKE/images" ;;
  inspect*Status*) cat "$FAKE/state" 2>/dev/null || exit 1 ;;
  inspect*ExitCode*) echo 137 ;;
  inspect*Image*) cat "$FAKE/image" 2>/dev/null || exit 1 ;;
  logs*) cat "$FAKE/log" 2>/dev/null ;;
  *"config validate") if [ -e "$FAKE/invalid" ]; then echo 'unknown key "gatway"' >&2; exit 1; fi ;;
  *"backup create"*) if [ -e "$FAKE/no-backup" ]; then echo "no space left" >&2; exit 1; fi ;;
  *" up -d"*) echo running >"$FAKE/state"; sed -n 's/^GATEWAY_IMAGE=//p' "$MOORAGE_ROOT/srv/moorage/compose.env" >"$FAKE/image" ;;
esac
`;
const SYSTEMCTL = `#!/usr/bin/env bash
printf '%s\\n' "systemctl $*" >>"$FAKE/calls"
`;

export interface Machine {
  root: string;
  /** Runs one of its scripts as systemd would; rejects when it fails. */
  run(script: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** What the stand-ins were asked since the last look. */
  calls(): string[];
  fake(name: string, content?: string): void;
  unfake(name: string): void;
  read(path: string): string;
  /** An empty file of the system's. */
  place(path: string): void;
  /** The function names that went through to the door since the last look. */
  asked(): string[];
  /** The next answer is lost on its way. */
  loseAnswer(): void;
  /** Whether the gateway answers, by the configuration that it was started with. */
  answers(judge: (openclaw: string) => boolean): void;
  reboot(): void;
  close(): Promise<void>;
}

export async function machine(host: Host, token: string, profile: Profile = "standard"): Promise<Machine> {
  const root = mkdtempSync(join(tmpdir(), "moorage-machine-"));
  const fake = join(root, "fake");
  const bin = join(root, "bin");
  const at = (path: string) => join(root, path);
  const put = (path: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
    chmodSync(path, mode);
  };
  put(join(bin, "docker"), DOCKER, 0o755);
  put(join(bin, "systemctl"), SYSTEMCTL, 0o755);
  mkdirSync(fake);

  const state = { asked: [] as string[], lost: 0, judge: (_openclaw: string) => true };
  const { door } = host.as(token);
  const cert = certificate(root);
  const proxy = createServer(cert, async (request, response) => {
    const body = (await buffer(request)).toString();
    state.asked.push((JSON.parse(body) as { path: string }).path);
    const headers = { authorization: request.headers.authorization ?? "", "content-type": "application/json" };
    const answer = await door.fetch(`${door.address}${request.url}`, { method: "POST", headers, body });
    const text = await answer.text();
    if (state.lost > 0) {
      state.lost--;
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  const gateway = createHttpServer((_request, response) => {
    const openclaw = readFileSync(at("/srv/moorage/state/openclaw.json"), "utf8");
    response.writeHead(state.judge(openclaw) ? 200 : 503).end();
  });
  const [port, gatewayPort] = [await listen(proxy), await listen(gateway)];
  const spec = { name: "quay-1", profile, url: `https://localhost:${port}`, sshKeys: [], isOwn: false };
  for (const { path, mode, content } of filesOf(spec)) put(at(path), content, Number.parseInt(mode, 8));
  put(at(TOKEN_PATH), token, 0o600);

  const env = {
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: root,
    FAKE: fake,
    MOORAGE_ROOT: root,
    MOORAGE_GATEWAY_PORT: String(gatewayPort),
    MOORAGE_TRIES: "1",
    MOORAGE_PAUSE: "0",
    CURL_CA_BUNDLE: join(root, "cert.pem"),
  };
  return {
    root,
    run: (script, ...args) =>
      new Promise((resolve, reject) => {
        execFile(at(`/opt/moorage/${script}`), args, { env, cwd: root }, (error, stdout, stderr) => {
          if (error === null) resolve({ stdout, stderr });
          else reject(new Error(`${script}: ${stderr}`, { cause: error }));
        });
      }),
    calls: () => {
      const path = join(fake, "calls");
      try {
        const text = readFileSync(path, "utf8");
        rmSync(path);
        return text.trimEnd().split("\n");
      } catch {
        return [];
      }
    },
    fake: (name, content = "") => writeFileSync(join(fake, name), content),
    unfake: (name) => rmSync(join(fake, name), { force: true }),
    place: (path) => put(at(path), ""),
    read: (path) => readFileSync(at(path), "utf8"),
    asked: () => state.asked.splice(0),
    loseAnswer: () => {
      state.lost = 1;
    },
    answers: (judge) => {
      state.judge = judge;
    },
    reboot: () => rmSync(at("/run"), { recursive: true }),
    close: async () => {
      await Promise.all([closed(proxy), closed(gateway)]);
      rmSync(root, { recursive: true });
    },
  };
}

function certificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const form = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync("openssl", ["req", ...form, ...name, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
