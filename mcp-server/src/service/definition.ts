/** What the system's own service manager is told, so that `moorage serve` runs for this user while no client is open. */
import { join } from "node:path";
import type { ServerCommand } from "../clients/clients.ts";
import type { Place } from "../clients/place.ts";
import type { ProgramCall } from "../clients/programs.ts";
import { SettingError } from "../setting-error.ts";
import { quote } from "../shell.ts";

export interface ServiceDefinition {
  path: string;
  text: string;
  /** The program that keeps services. */
  manager: string;
  /** Commands that start it, and that end it, in order. */
  start: readonly ProgramCall[];
  stop: readonly ProgramCall[];
  /** Has the manager forget a file that is gone. */
  forget: readonly ProgramCall[];
  /** The uppermost folder that is for such files alone. */
  folder: string;
  /** Fails where it is not loaded, and `stop` would, too. */
  isLoaded?: ProgramCall;
  /** Fails where it has ended again, which the manager's own start does not tell. */
  isRunning?: ProgramCall;
  /** What it runs, as a person can. */
  command: string;
  /** What a person may want to know of it. */
  note: string;
}

const LABEL = "dev.moorage.serve";

export function defineService(server: ServerCommand, place: Place): ServiceDefinition {
  if (place.platform === "linux") return systemd(server, place);
  if (place.platform === "darwin") return launchd(server, place);
  throw new SettingError("there is a service for Linux and macOS only; start `moorage serve` by hand, or at log-in");
}

function systemd({ command, args, env }: ServerCommand, place: Place): ServiceDefinition {
  const folder = join(place.env["XDG_CONFIG_HOME"] || join(place.home, ".config"), "systemd");
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoteUnit(`${name}=${value}`)}\n`);
  const text = `[Unit]
Description=Moorage: its scheduled jobs, while no MCP client is open
After=network-online.target

[Service]
ExecStart=${[command, ...args].map(quoteExec).join(" ")}
${variables.join("")}Restart=on-failure
RestartSec=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
  const systemctl = (...words: string[]) => ["systemctl", "--user", ...words];
  return {
    path: join(folder, "user", "moorage.service"),
    folder,
    text,
    manager: "systemctl",
    start: [
      systemctl("daemon-reload"),
      systemctl("enable", "moorage.service"),
      systemctl("restart", "moorage.service"),
    ],
    stop: [systemctl("disable", "--now", "moorage.service")],
    forget: [systemctl("daemon-reload")],
    isRunning: systemctl("is-active", "moorage.service"),
    command: [command, ...args].map(quote).join(" "),
    note: "It runs while you are logged in; `loginctl enable-linger` keeps it running after.",
  };
}

/** Inside double quotes systemd reads escapes as C does, and `%` as its own signs. */
const quoteUnit = (text: string) =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("%", "%%")}"`;

/** In a command line `$` begins a variable, too. */
const quoteExec = (text: string) => quoteUnit(text).replaceAll("$", "$$$$");

function launchd({ command, args, env }: ServerCommand, place: Place): ServiceDefinition {
  const folder = join(place.home, "Library", "LaunchAgents");
  const path = join(folder, `${LABEL}.plist`);
  const strings = [command, ...args].map((word) => `    <string>${escapeXml(word)}</string>`).join("\n");
  const pairs = Object.entries(env).map(
    ([name, value]) => `    <key>${escapeXml(name)}</key>\n    <string>${escapeXml(value)}</string>\n`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${strings}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${pairs.join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>StandardErrorPath</key>
  <string>${escapeXml(join(place.home, "Library", "Logs", "moorage.log"))}</string>
</dict>
</plist>
`;
  const domain = `gui/${process.getuid?.() ?? 0}`;
  const service = `${domain}/${LABEL}`;
  return {
    path,
    folder,
    text,
    manager: "launchctl",
    start: [["launchctl", "bootstrap", domain, path]],
    stop: [["launchctl", "bootout", service]],
    forget: [],
    command: [command, ...args].map(quote).join(" "),
    isLoaded: ["launchctl", "print", service],
    isRunning: ["/bin/sh", "-c", RUNS, service],
    note: "What it says is in ~/Library/Logs/moorage.log.",
  };
}

/** What is loaded is printed whether it runs or not. */
const RUNS =
  'case "$(launchctl print "$0")" in *"state = running"*) exit 0 ;; *) echo "it does not run"; exit 1 ;; esac';

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
