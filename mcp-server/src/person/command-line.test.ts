import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { commandLine } from "./command-line.ts";

const program = { node: "/usr/bin/node", entry: "/opt/moorage/moorage.js", platform: "linux" } as const;

it("is this program, with nothing that goes without saying", () => {
  expect(commandLine(program, { kind: "embedded" }, ["approve", "k57"])).toBe(
    "/usr/bin/node /opt/moorage/moorage.js approve k57",
  );
});

it("names the profile whose key it uses", () => {
  expect(commandLine(program, { kind: "profile", name: "work" }, ["approve", "k57"])).toBe(
    "/usr/bin/node /opt/moorage/moorage.js --profile work approve k57",
  );
});

it("names the directories, or the address, but no key", () => {
  const embedded = { kind: "embedded", dataDir: "/srv/data", configDir: "/srv/config" } as const;
  expect(commandLine(program, embedded, ["approve"])).toBe(
    "MOORAGE_DATA_DIR=/srv/data MOORAGE_CONFIG_DIR=/srv/config /usr/bin/node /opt/moorage/moorage.js approve",
  );
  expect(
    commandLine(program, { kind: "embedded", publicUrl: "https://moorage.example.com" }, ["deploy", "connect"]),
  ).toBe("MOORAGE_PUBLIC_URL=https://moorage.example.com /usr/bin/node /opt/moorage/moorage.js deploy connect");
  const remote = { kind: "remote", address: "https://moorage.example.com", apiKey: "moor_x" } as const;
  expect(commandLine(program, remote, ["approve"])).toBe(
    "MOORAGE_URL=https://moorage.example.com /usr/bin/node /opt/moorage/moorage.js approve",
  );
});

it.skipIf(process.platform === "win32")("reaches the program word by word, whatever a shell makes of its signs", () => {
  const words = ["a b", "it's", "$(reboot)", "`x`", "*", "~", "a\nb", "", "#", "!", "\\", '"', "a=b", "-x", "é"];
  const show = ["-e", 'console.log(JSON.stringify([process.env["MOORAGE_DATA_DIR"], ...process.argv.slice(1)]))', "--"];
  const line = commandLine(
    { node: process.execPath, entry: show[0]!, platform: "linux" },
    { kind: "embedded", dataDir: "/my data/$HOME" },
    [...show.slice(1), ...words],
  );
  expect(JSON.parse(execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" }))).toEqual(["/my data/$HOME", ...words]);
});

it("is PowerShell's on Windows", () => {
  const windows = { node: "C:\\Program Files\\node.exe", entry: "C:\\m\\moorage.js", platform: "win32" } as const;
  expect(commandLine(windows, { kind: "embedded", dataDir: "C:\\it's" }, ["approve", "k57"])).toBe(
    "$env:MOORAGE_DATA_DIR = 'C:\\it''s'; & 'C:\\Program Files\\node.exe' 'C:\\m\\moorage.js' 'approve' 'k57'",
  );
});
