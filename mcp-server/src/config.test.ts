import { resolve } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import { describe, expect, it } from "vitest";
import { type Command, readCommand } from "./config.ts";
import { features } from "./published.static.ts";

const key = createApiKey().text;
const remote = { MOORAGE_URL: "https://moorage.example.com", MOORAGE_API_KEY: key };

function serve(argv: string[], env = {}) {
  const command = readCommand(argv, env);
  return (command as Extract<Command, { kind: "serve" }>).config;
}

describe("flags", () => {
  it("may name families of a later release beside one that is there", () => {
    expect(serve(["--features", "memory,secret"])).toMatchObject({ features: new Set(["memory", "secret"]) });
  });

  it("alone serve MCP, embedded, with every feature", () => {
    expect(serve([])).toEqual({
      target: { kind: "embedded" },
      features: new Set(features),
      allowReveal: false,
      importRoots: [],
      readOnly: false,
    });
  });

  it("set the session", () => {
    expect(serve(["--agent", "scout", "--project=atlas", "--read-only", "--features", " memory "])).toMatchObject({
      agent: "scout",
      project: "atlas",
      readOnly: true,
      features: new Set(["memory"]),
    });
  });

  it.each([
    [["--nope"], "unknown option --nope; moorage --help lists them"],
    [["--read-only=yes"], "--read-only takes no value"],
    [["--agent"], "--agent needs a value"],
    [["--agent", "a", "--agent", "b"], "--agent is given twice"],
    [["--agent", "a b"], "--agent must be 1 to 64 letters"],
    [["--project", " "], "--project must not be empty"],
    [["--features", "memory,cake"], `--features has no "cake"; choose from ${features.join(",")}`],
    [["--read-only", "memory"], 'unexpected "memory": a command comes before its options'],
  ])("%j are refused in one line", (argv, message) => {
    expect(() => readCommand(argv, {})).toThrow(message);
  });
});

describe("a verb", () => {
  it("makes it a command with the rest as its words", () => {
    expect(readCommand(["memory", "get", "--id", "x"], {})).toEqual({
      kind: "call",
      words: ["memory", "get", "--id", "x"],
      target: { kind: "embedded" },
    });
  });

  it("may be help or version", () => {
    expect(readCommand(["--help"], {}).kind).toBe("help");
    expect(readCommand(["--version"], {}).kind).toBe("version");
  });
});

describe("--profile", () => {
  it("stands before a command, whose own options come after it", () => {
    for (const argv of [
      ["--profile", "work", "memory", "list"],
      ["--profile=work", "memory", "list"],
    ]) {
      expect(readCommand(argv, remote)).toEqual({
        kind: "call",
        words: ["memory", "list"],
        target: { kind: "profile", name: "work" },
      });
    }
  });

  it("chooses the Moorage that a server uses, wherever it stands", () => {
    const target = { kind: "profile", name: "work", configDir: "/there" };
    const publicUrl = "https://moorage.example.com";
    expect(serve(["--profile", "work"], { MOORAGE_PUBLIC_URL: publicUrl }).target).toMatchObject({ publicUrl });
    expect(serve(["--read-only", "--profile", "work"], { MOORAGE_CONFIG_DIR: "/there" }).target).toEqual(target);
    expect(serve(["--profile", "work", "--read-only"], { MOORAGE_CONFIG_DIR: "/there" }).target).toEqual(target);
  });

  it("is what login and logout are about, whatever address is set", () => {
    for (const verb of ["login", "logout"]) {
      const target = { kind: "profile", name: "default" };
      expect(readCommand([verb], { MOORAGE_URL: remote.MOORAGE_URL })).toMatchObject({ words: [verb], target });
    }
  });

  it("is a name, not a path", () => {
    expect(() => readCommand(["--profile", "../x", "memory", "list"], {})).toThrow("--profile must be 1 to 64 letters");
  });
});

describe("the environment", () => {
  it("names directories, relative ones from here", () => {
    expect(serve([], { MOORAGE_DATA_DIR: "here", MOORAGE_CONFIG_DIR: "/there" }).target).toEqual({
      kind: "embedded",
      dataDir: resolve("here"),
      configDir: "/there",
    });
  });

  it("with an address and a key is remote, without the last slash", () => {
    expect(serve([], { ...remote, MOORAGE_URL: "https://moorage.example.com/" }).target).toEqual({
      kind: "remote",
      address: "https://moorage.example.com",
      apiKey: key,
    });
  });

  it("may be empty, as clients write a setting left open", () => {
    expect(serve([], { MOORAGE_URL: "", MOORAGE_API_KEY: " ", MOORAGE_DATA_DIR: "" }).target).toEqual({
      kind: "embedded",
    });
  });

  it("may name this machine without TLS", () => {
    expect(serve([], { ...remote, MOORAGE_URL: "http://127.0.0.1:8787" }).target.kind).toBe("remote");
  });

  it.each([
    [{ MOORAGE_URL: remote.MOORAGE_URL }, "MOORAGE_URL is set but MOORAGE_API_KEY is not; set both"],
    [{ MOORAGE_API_KEY: key }, "MOORAGE_API_KEY is set but MOORAGE_URL is not"],
    [{ ...remote, MOORAGE_URL: "moorage.example.com" }, "MOORAGE_URL must be an address such as"],
    [{ ...remote, MOORAGE_URL: "ftp://moorage.example.com" }, "MOORAGE_URL must be an address such as"],
    [{ ...remote, MOORAGE_URL: "https://a:b@moorage.example.com" }, "MOORAGE_URL must be an address such as"],
    [{ ...remote, MOORAGE_URL: "http://moorage.example.com" }, "MOORAGE_URL must begin with https://"],
    [{ ...remote, MOORAGE_API_KEY: `${key.slice(0, -1)}-` }, "MOORAGE_API_KEY is not a whole key"],
  ])("%j is refused in one line that shows no key", (env, message) => {
    const read = () => readCommand([], env);
    expect(read).toThrow(message);
    expect(read).not.toThrow(key.slice(0, 40));
  });
});
