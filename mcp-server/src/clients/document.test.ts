import { describe, expect, it } from "vitest";
import { isEmpty, readMember, withMember, withoutSection } from "./document.ts";

const path = ["mcpServers", "moorage"] as const;
const entry = { command: "/node", args: ["/moorage.js"] };

describe("JSON", () => {
  it("gets one member and keeps every other byte: order, indents, line ends", () => {
    const text = '{\r\n\t"zeta": [1,  2],\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "x" }\r\n\t}\r\n}\r\n';
    const changed = withMember(text, "json", path, entry);
    expect(JSON.parse(changed)).toEqual({ zeta: [1, 2], mcpServers: { other: { command: "x" }, moorage: entry } });
    expect(changed).toContain('\t"zeta": [1,  2],\r\n');
    expect(changed.replaceAll("\r\n", "")).not.toContain("\n");
    expect(withMember(changed, "json", path, undefined)).toBe(text);
  });

  it("is begun where there is no text", () => {
    const text = withMember("", "json", path, entry);
    expect(JSON.parse(text)).toEqual({ mcpServers: { moorage: entry } });
    expect(readMember(text, "json", path)).toEqual(entry);
  });

  it("keeps comments and trailing commas where its client takes them", () => {
    const text = '{\n  // mine\n  "servers": {\n    "other": {}, // last\n  },\n}\n';
    const changed = withMember(text, "jsonc", ["servers", "moorage"], entry);
    expect(changed).toContain("// mine");
    expect(changed).toContain("// last");
    expect(readMember(changed, "jsonc", ["servers", "moorage"])).toEqual(entry);
  });

  it.each([
    '{"mcpServers":{"a":{}}}',
    '{ "mcpServers": { "a": {} }, "z": [ ] }\n',
    '{\n    "mcpServers": {\n        "a": {}\n    }\n}',
    '{\n"mcpServers":\n{\n"a":{}\n}\n}\n\n',
    '{\n  "mcpServers": {\n    /* one */ "a": {}, // two\n    // three\n  }, }',
    '{\n  "mcpServers": {\n    "a": {} /* one */ // two\n    // three\n  }\n}',
  ])("is as it was when the member is taken out again: %j", (text) => {
    const changed = withMember(text, "jsonc", path, entry);
    expect(readMember(changed, "jsonc", path)).toEqual(entry);
    expect(readMember(changed, "jsonc", ["mcpServers", "a"])).toEqual({});
    expect(withMember(changed, "jsonc", path, undefined)).toBe(text);
  });

  it.each([
    ['{\n  "a": 1,\n  "a": 2\n}', 'line 3 has "a" a second time'],
    ['{\n  "mcpServers": {"x": {}, "x": {}}\n}', 'line 2 has "x" a second time'],
    ['{\n  "a": \n', "line 3 is not valid JSON"],
    ['{ // no\n "a": 1 }', "line 1 is not valid JSON"],
    ["[]", "something else than one JSON object"],
    ['{"mcpServers": []}', '"mcpServers" is not a table of servers'],
  ])("that cannot be changed safely is refused: %j", (text, why) => {
    expect(() => withMember(text, "json", path, entry)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(why) }),
    );
  });

  it("takes names like __proto__ as any other", () => {
    const text = '{"__proto__": {"mcpServers": {"moorage": 1}}}';
    expect(readMember(text, "json", path)).toBeUndefined();
    expect(withMember(text, "json", path, entry)).toContain('"__proto__": {"mcpServers": {"moorage": 1}}');
  });
});

describe("TOML", () => {
  const text = '# mine\nmodel = "o9" # keep\n\n[mcp_servers.other]\ncommand = "x" # too\n';
  const tomlPath = ["mcp_servers", "moorage"] as const;

  it("gets one table and keeps comments and order", () => {
    const changed = withMember(text, "toml", tomlPath, { ...entry, startup_timeout_sec: 30 });
    for (const kept of ["# mine", 'model = "o9" # keep', 'command = "x" # too']) expect(changed).toContain(kept);
    expect(changed).toContain('# too\n\n[mcp_servers.moorage]\ncommand = "/node"\n');
    expect(readMember(changed, "toml", tomlPath)).toEqual({ ...entry, startup_timeout_sec: 30 });
    expect(withMember(changed, "toml", tomlPath, undefined).trim()).toBe(text.trim());
  });

  it("is begun where there is no text", () => {
    expect(readMember(withMember("", "toml", tomlPath, entry), "toml", tomlPath)).toEqual(entry);
  });

  it("is told from lines that look like its header, in a text or a list", () => {
    const lookalike = '[a]\nb = """\n[mcp_servers.moorage]\n"""\nc = [\n[1],\n]\n';
    const changed = withMember(lookalike, "toml", tomlPath, { ...entry, args: [["x"]] });
    const split = changed.replace(/args = .*/, 'args = [\n["x"]\n]');
    expect(readMember(split, "toml", tomlPath)).toEqual({ ...entry, args: [["x"]] });
    for (const one of [changed, split]) expect(withMember(one, "toml", tomlPath, undefined)).toBe(lookalike);
  });

  it("whose servers are an inline table is refused, whole as it is", () => {
    const inline = 'mcp_servers = { other = { command = "x" } }\n';
    expect(() => withMember(inline, "toml", tomlPath, entry)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("is not written as tables of its own") }),
    );
  });

  it("with numbers beyond JavaScript's own keeps them", () => {
    const changed = withMember("big = 9223372036854775807\n", "toml", tomlPath, entry);
    expect(changed).toMatch(/^big = 9223372036854775807\n/);
    expect(readMember(changed, "toml", tomlPath)).toEqual(entry);
  });

  it("keeps what stands between our table and the next one, when ours is replaced", () => {
    const before =
      '[mcp_servers.moorage]\ncommand = "old"\n\n[mcp_servers.moorage.env]\nA = "1"\n\n# theirs\n[other]\nb = 1\n';
    const changed = withMember(before, "toml", tomlPath, entry);
    expect(changed).toContain("# theirs\n[other]\nb = 1\n");
    expect(changed).not.toContain("old");
    expect(readMember(changed, "toml", tomlPath)).toEqual(entry);
  });

  it("changes its table where it stands: comments, order and line ends stay", () => {
    const before = [
      "[mcp_servers.moorage] # ours",
      "# keep me",
      "  enabled = true # mine",
      'command   =  "/old#node" # why # this',
      "args = [",
      '  "/old.js", # old',
      "] # list",
      "[mcp_servers.moorage.env]",
      "# a token",
      'TOKEN = "t"',
      'OLD = "o"',
      "",
      "# theirs",
      "[other]",
      "b = 1",
      "",
    ];
    const env = { TOKEN: "t", "A B": "n" };
    const changed = withMember(before.join("\r\n"), "toml", tomlPath, { enabled: true, ...entry, env, wait: 30 });
    const now = [
      ...before.slice(0, 3),
      'command   =  "/node" # why # this',
      'args = [ "/moorage.js" ] # list',
      "wait = 30",
      ...before.slice(7, 10),
      '"A B" = "n"',
      ...before.slice(11),
    ];
    expect(changed).toBe(now.join("\r\n"));
  });

  it.each([
    ["[mcp_servers.'moorage']\n# mine\ncommand = 'old'\n", "[mcp_servers.'moorage']\n# mine\n"],
    ['[ "mcp_servers" . "moorage" ]\ncommand = "old"\n', '[ "mcp_servers" . "moorage" ]\n'],
    ['[mcp_servers]\nother = { command = "x" }\nmoorage = { command = "old" } # mine\n', " } # mine\n"],
    ['[mcp_servers.other]\ncommand = "x"\n[mcp_servers]\nmoorage = { command = "old" }\nz = {}\n', "\nz = {}\n"],
    ['mcp_servers.moorage.command = "old"\nmcp_servers.other.command = "x"\n', 'mcp_servers.moorage.args = [ "'],
    ['[mcp_servers]\nmoorage.command = "old" # mine\n', ' # mine\nmoorage.args = [ "/moorage.js" ]\n'],
  ])("takes other forms of its table as they are: %j", (before, kept) => {
    const changed = withMember(before, "toml", tomlPath, entry);
    expect(readMember(changed, "toml", tomlPath)).toEqual(entry);
    expect(changed).toContain(kept);
    expect(readMember(withMember(changed, "toml", tomlPath, undefined), "toml", tomlPath)).toBeUndefined();
    const other = ["mcp_servers", "other"] as const;
    expect(readMember(changed, "toml", other)).toEqual(readMember(before, "toml", other));
  });

  it("keeps the order of members in an inline table", () => {
    const before = '[mcp_servers]\nmoorage = { wait = 1, command = "old" }\n';
    const changed = withMember(before, "toml", tomlPath, { ...entry, wait: 2 });
    expect(changed).toBe('[mcp_servers]\nmoorage = { wait = 2, command = "/node", args = [ "/moorage.js" ] }\n');
  });

  it("that is damaged is refused with the line", () => {
    expect(() => withMember("a = 1\nb = = 2\n", "toml", tomlPath, entry)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/line 2 is not valid TOML/) }),
    );
  });
});

it("a section that was made for one member goes with it", () => {
  const added = withMember('{"a": 1}', "json", path, entry);
  const taken = withMember(added, "json", path, undefined);
  expect(isEmpty(taken, "json", "mcpServers")).toBe(true);
  expect(JSON.parse(withoutSection(taken, "json", "mcpServers"))).toEqual({ a: 1 });
});
