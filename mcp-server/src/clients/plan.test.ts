import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAdd, applyRemove } from "./apply.ts";
import { CLIENTS, type Client, type ServerCommand } from "./clients.ts";
import { describePlan } from "./describe.ts";
import { withMember } from "./document.ts";
import { backupOf } from "./file.ts";
import type { Place } from "./place.ts";
import { fileOf, isInstalled, type Made, type Plan, planAdd, planRemove, readEntry } from "./plan.ts";

const server: ServerCommand = { command: "/opt/node", args: ["/opt/moorage.js", "--profile", "x"], env: {} };

let place: Place;
beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "moorage-clients-"));
  place = { platform: "linux", home, cwd: home, env: {} };
});
afterEach(() => rmSync(place.home, { recursive: true }));

const made: Made = { file: false, section: false, backup: true };
const named = (name: string) => CLIENTS.find((client) => client.name === name)!;

function put(client: Client, text: string): string {
  const path = fileOf(client, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function edits(plan: Plan) {
  if (plan.state !== "edit") throw new Error(`expected an edit, got ${plan.state}`);
  return plan;
}

const problemOf = (plan: Plan) => (plan.state === "problem" ? plan.error.message : plan.state);

/** A file as each client may have it before. */
const BEFORE = {
  json: '{\n  "theme": "dark",\n  "mcpServers": {\n    "other": { "command": "x", "args": [] }\n  }\n}\n',
  jsonc: '{\n  // mine\n  "theme": "dark",\n}\n',
  toml: '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y" # theirs\n',
};

describe.each(CLIENTS.map((client) => ({ name: client.name, client })))("$name", ({ client }) => {
  it("gets its entry, once, and gives back the file byte for byte", () => {
    const path = put(client, BEFORE[client.format]);
    const plan = edits(planAdd(client, server, place));
    expect(describePlan(plan, "").join("\n")).toContain("/opt/moorage.js");
    applyAdd(plan);
    expect(readFileSync(backupOf(path), "utf8")).toBe(BEFORE[client.format]);
    expect(planAdd(client, server, place).state).toBe("same");
    applyRemove(edits(planRemove(client, plan.made, place)));
    expect(readFileSync(path, "utf8")).toBe(BEFORE[client.format]);
    expect(() => statSync(backupOf(path))).toThrow("ENOENT");
  });

  it("without a file gets one, which goes again", () => {
    expect(isInstalled(client, place)).toBe(false);
    const plan = edits(planAdd(client, server, place));
    applyAdd(plan);
    expect(isInstalled(client, place)).toBe(true);
    expect(statSync(plan.file.path).mode & 0o777).toBe(0o600);
    applyRemove(edits(planRemove(client, plan.made, place)));
    expect(readdirSync(place.home)).toEqual([]);
  });

  it("entered again keeps what its user added, and the backup of before", () => {
    const path = put(client, BEFORE[client.format]);
    applyAdd(edits(planAdd(client, server, place)));
    const { command, args, env, ...rest } = readEntry(client, path) as Record<string, unknown>;
    const users = { timeout: 5, disabled: false, alwaysAllow: ["memory_search"], ...rest };
    const options = ["--agent", "heron", "--allow-reveal", "--import-root=/x"];
    const entry = {
      ...users,
      command: "/old/node",
      args: ["--no-warnings", "/old/moorage.js", "--profile", "y", ...options],
    };
    const before = { ...entry, env: { TOKEN: "t", MOORAGE_DATA_DIR: "/old" } };
    writeFileSync(path, withMember(readFileSync(path, "utf8"), client.format, [client.section, "moorage"], before));
    applyAdd(edits(planAdd(client, server, place)));
    expect(readEntry(client, path)).toEqual({
      ...users,
      command: server.command,
      args: ["--no-warnings", ...server.args, ...options],
      env: { TOKEN: "t" },
    });
    const again = planAdd(client, server, place);
    expect(again.state).toBe("same");
    applyRemove(edits(planRemove(client, { ...made, section: client.format === "jsonc" }, place)));
    expect(readFileSync(path, "utf8")).toBe(BEFORE[client.format]);
  });

  it("shows of a change our own entry alone, and no value of its user's", () => {
    const neighbour = { command: "x", env: { TOKEN: "of-another" } };
    const own = {
      command: "/opt/moorage",
      args: ["--agent", "a"],
      env: { TOKEN: "of-mine" },
      headers: { X: "of-mine" },
    };
    const beside = withMember("", client.format, [client.section, "beside"], neighbour);
    put(client, withMember(beside, client.format, [client.section, "moorage"], own));
    const shown = describePlan(planAdd(client, server, place), "").join("\n");
    expect(shown).toContain("/opt/moorage.js");
    expect(shown).not.toMatch(/of-another|of-mine|beside/);
    expect(describePlan(planRemove(client, made, place), "").join("\n")).not.toMatch(/of-another|of-mine|beside|\+/);
  });

  it("that cannot be read is left alone, and the line is named", () => {
    const damaged = client.format === "toml" ? "a = 1\nb = = 2\n" : '{\n  "a": \n';
    const path = put(client, damaged);
    expect(problemOf(planAdd(client, server, place))).toMatch(/line \d is not valid/);
    expect(readFileSync(path, "utf8")).toBe(damaged);
  });
});

describe("a client's file", () => {
  const cursor = named("cursor");

  it("nested deeper than anybody reads is left alone", () => {
    put(cursor, `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(problemOf(planAdd(cursor, server, place))).toContain("it is nested too deeply");
  });

  it("with somebody else's server of our name is refused", () => {
    put(cursor, '{"mcpServers": {"moorage": {"command": "/bin/boat", "args": []}}}');
    expect(problemOf(planAdd(cursor, server, place))).toContain('another server named "moorage"');
    put(cursor, '{"mcpServers": {"moorage": {"command": "docker", "args": ["run", "ghcr.io/x/moorage"]}}}');
    expect(problemOf(planAdd(cursor, server, place))).toContain('another server named "moorage"');
  });

  it("with an entry of ours whose command is nothing we know gets the right one", () => {
    const args = '["--flag", "/old/moorage.js", "--profile", "cursor", "--agent", "a"]';
    put(cursor, `{"mcpServers": {"moorage": {"command": "nope-node", "args": ${args}}}}`);
    expect(edits(planAdd(cursor, server, place)).entry).toEqual({
      command: server.command,
      args: [...server.args, "--agent", "a"],
    });
    put(cursor, `{"mcpServers": {"moorage": {"command": "nope-node", "args": ["/old/moorage.js", "--profile", "x"]}}}`);
    expect(problemOf(planAdd(cursor, server, place))).toContain('another server named "moorage"');
  });

  it("with an entry of an earlier version gets the new one in its place", () => {
    put(cursor, '{"mcpServers": {"moorage": {"command": "node", "args": ["/old/moorage.js"]}, "z": {}}}');
    const plan = edits(planAdd(cursor, server, place));
    expect(JSON.parse(plan.after!)).toEqual({
      mcpServers: { z: {}, moorage: { command: server.command, args: server.args } },
    });
  });

  it("is given back with the space in a table that was empty, even beside a damaged backup", () => {
    const empty = '{\n  "theme": "dark",\n  "mcpServers": {\n  }\n}\n';
    const path = put(cursor, empty);
    applyAdd(edits(planAdd(cursor, server, place)));
    const entered = readFileSync(path, "utf8");
    applyRemove(edits(planRemove(cursor, made, place)));
    expect(readFileSync(path, "utf8")).toBe(empty);
    writeFileSync(path, entered);
    writeFileSync(backupOf(path), "{");
    applyRemove(edits(planRemove(cursor, made, place)));
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ theme: "dark", mcpServers: {} });
  });

  it.each(["a file", "a link"])("beside which somebody else has %s of the backup's name is refused", (what) => {
    const path = put(cursor, "{}");
    const theirs = what === "a file" ? backupOf(path) : join(place.home, "theirs");
    writeFileSync(theirs, "theirs");
    if (what === "a link") symlinkSync(theirs, backupOf(path));
    expect(problemOf(planAdd(cursor, server, place))).toContain(
      `${backupOf(path)}, where the text before would be kept`,
    );
    expect(planAdd(cursor, server, place, made).state).toBe("edit");
    put(cursor, '{"mcpServers": {"moorage": {"command": "node", "args": ["/old/moorage.js"]}}}');
    const plan = edits(planAdd(cursor, server, place));
    applyAdd(plan);
    applyRemove(edits(planRemove(cursor, plan.made, place)));
    expect(readFileSync(path, "utf8")).toBe('{"mcpServers": {}}');
    expect(readFileSync(backupOf(path), "utf8")).toBe("theirs");
  });

  it("keeps its mode", () => {
    const path = put(cursor, "{}");
    chmodSync(path, 0o640);
    applyAdd(edits(planAdd(cursor, server, place)));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("behind a link is changed where it lies, and the link stays", () => {
    const real = join(place.home, "dotfiles.json");
    writeFileSync(real, "{}");
    mkdirSync(join(place.home, ".cursor"));
    symlinkSync(real, fileOf(cursor, place));
    applyAdd(edits(planAdd(cursor, server, place)));
    expect(JSON.parse(readFileSync(real, "utf8"))).toHaveProperty("mcpServers.moorage");
  });

  it("behind a link that leads nowhere, or that is a folder, is refused", () => {
    mkdirSync(join(place.home, ".cursor"));
    symlinkSync(join(place.home, "nowhere"), fileOf(cursor, place));
    expect(problemOf(planAdd(cursor, server, place))).toContain("a link to a file that is not there");
    mkdirSync(fileOf(named("gemini"), place), { recursive: true });
    expect(problemOf(planAdd(named("gemini"), server, place))).toContain("is not a regular file");
  });

  it("that changed after it was read is not written over", () => {
    const path = put(cursor, "{}");
    const plan = edits(planAdd(cursor, server, place));
    writeFileSync(path, '{"new": 1}');
    expect(() => applyAdd(plan)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("changed by another") }),
    );
    expect(readFileSync(path, "utf8")).toBe('{"new": 1}');
  });

  it("keeps its byte order mark", () => {
    const path = put(cursor, '\uFEFF{"a": 1}');
    applyAdd(edits(planAdd(cursor, server, place)));
    expect(readFileSync(path, "utf8").startsWith('\uFEFF{"a": 1')).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is refused (root may read everything)", () => {
    const path = put(cursor, "{}");
    chmodSync(path, 0o000);
    expect(problemOf(planAdd(cursor, server, place))).toContain("cannot be read and written by this user");
  });

  it("with an entry and comments in it gets what is ours changed, and keeps the rest of its lines", () => {
    const vscode = named("vscode");
    const lines = [
      '    "moorage": {',
      "      // mine",
      '      "type": "stdio", "command": "node",',
      '      "args": ["/old/moorage.js"], // old',
      '      "dev": { "watch": "x" }',
      "    }",
    ];
    const path = put(vscode, `{\n  "servers": {\n${lines.join("\n")}\n  }\n}\n`);
    applyAdd(edits(planAdd(vscode, server, place)));
    const now = lines
      .join("\n")
      .replace('"node"', '"/opt/node"')
      .replace('["/old/moorage.js"]', '["/opt/moorage.js", "--profile", "x"]');
    expect(readFileSync(path, "utf8")).toBe(`{\n  "servers": {\n${now}\n  }\n}\n`);
  });

  it.each(["", "\n", "{}", "{ }\n", '{"mcpServers": {}}', "\uFEFF{}"])("with %j is given back as it was", (text) => {
    const path = put(cursor, text);
    const plan = edits(planAdd(cursor, server, place));
    applyAdd(plan);
    applyRemove(edits(planRemove(cursor, plan.made, place)));
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it.each(["a = 1", "a = 1\n\n\n", "a = 1\r\n\r\n", "[mcp_servers]\n"])(
    "in TOML with %j is given back as it was",
    (text) => {
      const path = put(named("codex"), text);
      const plan = edits(planAdd(named("codex"), server, place));
      applyAdd(plan);
      applyRemove(edits(planRemove(named("codex"), plan.made, place)));
      expect(readFileSync(path, "utf8")).toBe(text);
    },
  );

  it("that lost our entry already has nothing to take out", () => {
    put(cursor, "{}");
    expect(planRemove(cursor, made, place).state).toBe("same");
  });
});
