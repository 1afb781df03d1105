import { createApiKey } from "@moorage/shared/api-key";
import { PROFILES } from "@moorage/shared/deployment";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import * as z from "zod";
import { base64 } from "../encoding.ts";
import { bootstrapCommand, bootstrapScript } from "./bootstrap.ts";
import { cloudInit, userData } from "./cloudInit.ts";
import { composeFile } from "./compose.ts";
import { filesOf, TOKEN_PATH } from "./files.ts";
import type { ServerSpec } from "./spec.ts";

const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM owner@example.com";
const specOf = (changes: Partial<ServerSpec> = {}): ServerSpec => ({
  name: "quay-1",
  profile: "production_hardened",
  url: "https://moorage.example.com",
  sshKeys: [SSH_KEY],
  isOwn: false,
  ...changes,
});
const TOKEN = createApiKey().text;
const fileOf = (spec: ServerSpec, path: string) => filesOf(spec).find((file) => file.path === path)?.content;

/** What of cloud-init's modules is used, and nothing beside. */
const cloudConfig = z.strictObject({
  hostname: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  package_update: z.boolean(),
  package_upgrade: z.boolean(),
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/)).min(1),
  timezone: z.string(),
  ssh_pwauth: z.literal(false),
  disable_root: z.literal(true),
  user: z.strictObject({
    name: z.string(),
    gecos: z.string(),
    shell: z.string(),
    lock_passwd: z.literal(true),
    sudo: z.string(),
  }),
  users: z.tuple([z.literal("default")]),
  ssh_authorized_keys: z.array(z.string()).optional(),
  ssh_deletekeys: z.boolean().optional(),
  ssh_genkeytypes: z.array(z.enum(["ed25519", "rsa"])).optional(),
  swap: z.strictObject({ filename: z.string(), size: z.int(), maxsize: z.int() }).optional(),
  write_files: z.array(
    z.strictObject({
      path: z.string().regex(/^\/[\w./-]+$/),
      owner: z.literal("root:root"),
      permissions: z.string().regex(/^0[0-7]{3}$/),
      content: z.string().min(1),
    }),
  ),
  runcmd: z.array(z.array(z.string())),
});

it("the longest of everything that can be asked for fits into what Hetzner takes", () => {
  const url = `https://${["a", "b", "c", "d"].map((label) => label.repeat(60)).join(".")}:65535`;
  const spec = specOf({
    name: "q".repeat(40),
    url,
    sshKeys: [`ssh-rsa AAAA${"k".repeat(1_200)}=== ${"c".repeat(64)}`],
  });
  // With room for a script to grow before a server cannot be made.
  expect(new TextEncoder().encode(cloudInit(spec, TOKEN)).length).toBeLessThan(31 * 1024);
});

describe.each(PROFILES)("a new server's user data, %s", (profile) => {
  const text = cloudInit(specOf({ profile }), TOKEN);

  it("is what cloud-init takes: its first line, its modules, below 32 KiB", () => {
    expect(text.startsWith("#cloud-config\n")).toBe(true);
    expect(cloudConfig.safeParse(parse(text)).error).toBeUndefined();
    expect(new TextEncoder().encode(text).length).toBeLessThan(32 * 1024);
  });

  it("holds the one-time token in one file that root alone reads, and no other key", () => {
    const files = cloudConfig.parse(parse(text)).write_files;
    expect(files.filter(({ content }) => content.includes("moor_"))).toEqual([
      { path: TOKEN_PATH, owner: "root:root", permissions: "0600", content: TOKEN },
    ]);
    expect(text.split("moor_")).toHaveLength(2);
  });
});

const hostile = fc.oneof(
  fc.constantFrom("on", "no", "~", "null", "0x1f", "1e3", "2026-01-01", "<<", "=", "!!binary", "? a", "{}", "[]", ""),
  fc.string({ unit: "binary", minLength: 1, maxLength: 64 }),
  fc
    .array(
      fc.constantFrom(
        "$(reboot)",
        "`id`",
        '"',
        "'",
        "\\",
        "\n",
        "\r\n",
        ": ",
        " #",
        "&a",
        "*a",
        "!!python/object",
        "---",
        "...",
        "- ",
        "%YAML",
        "\u2028",
        "{{",
        "EOF",
        "|",
        ">",
        "\t",
        "🛥",
        "null",
        "0o17",
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

describe("a hostile name", () => {
  it("stays a name: the user data parses back to the model, and to no document more", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(...PROFILES), async (name, profile) => {
        const spec = specOf({ name, profile, sshKeys: [`${SSH_KEY}${name}`, name] });
        const text = cloudInit(spec, TOKEN);
        const document = parseDocument(text);
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toEqual(userData(spec, TOKEN));
        expect(cloudConfig.safeParse(document.toJS()).error).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it("is in none of a server's scripts, units and settings but one file of JSON", async () => {
    const usual = filesOf(specOf());
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const files = filesOf(specOf({ name }));
        const changed = files.filter(({ content }, at) => content !== usual[at]!.content);
        expect(changed.map(({ path }) => path).filter((path) => path !== "/etc/moorage/server.json")).toEqual([]);
        expect(JSON.parse(fileOf(specOf({ name }), "/etc/moorage/server.json")!)).toMatchObject({ name });
      }),
      { numRuns: 150 },
    );
  });
});

describe("the profile production_hardened", () => {
  const spec = specOf();
  const { packages } = cloudConfig.parse(userData(spec, TOKEN));

  it.each([
    ["a firewall that lets nothing in", () => expect(packages).toContain("ufw")],
    ["fail2ban", () => expect(fileOf(spec, "/etc/fail2ban/jail.d/moorage.local")).toContain("bantime.increment")],
    [
      "an sshd without root and passwords",
      () => expect(fileOf(spec, "/etc/ssh/sshd_config.d/00-moorage.conf")).toMatch(/^PermitRootLogin no\nPassword/),
    ],
    ["upgrades by themselves", () => expect(packages).toContain("unattended-upgrades")],
    ["kernel settings", () => expect(fileOf(spec, "/etc/sysctl.d/60-moorage.conf")).toContain("yama.ptrace_scope = 2")],
    [
      "Docker by its key's fingerprint",
      () => expect(fileOf(spec, "/opt/moorage/docker")).toContain("9DC858229FC7DD38854AE2D88D81803C0EBFCD88"),
    ],
    [
      "the metadata service closed to containers",
      () => expect(fileOf(spec, "/opt/moorage/firewall")).toContain("-d 169.254.0.0/16 -j DROP"),
    ],
  ])("has %s", (_what, check) => check());

  it("leaves the way into a machine of the user's own as it is", () => {
    const own = specOf({ isOwn: true, sshKeys: [] });
    expect(fileOf(own, "/etc/ssh/sshd_config.d/00-moorage.conf")).toBeUndefined();
    expect(fileOf(own, "/etc/moorage/firewall")).toBe("ssh\n");
  });
});

it("every profile's gateway is on loopback, without capabilities, and reads its secrets from memory alone", () => {
  const { gateway, tunnel, portainer } = composeFile.services;
  expect(gateway.ports).toEqual(["127.0.0.1:18789:18789"]);
  expect(gateway).toMatchObject({ cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"], user: "1000:1000" });
  expect(gateway.volumes).toContain("/run/moorage/secrets:/run/moorage/secrets:ro");
  expect([tunnel.profiles, portainer.profiles]).toEqual([["tunnel"], ["portainer"]]);
  expect(parse(fileOf(specOf({ profile: "standard" }), "/opt/moorage/compose.yaml")!)).toEqual(composeFile);
});

describe("the command for a machine of one's own", () => {
  it("is one line, in which the token stands for the shell alone", () => {
    const command = bootstrapCommand("https://moorage.example.com", TOKEN);
    expect(command).not.toContain("\n");
    expect(command.split(TOKEN)).toHaveLength(2);
    expect(command.startsWith(`T='${TOKEN}'; `)).toBe(true);
  });

  it("brings the same files as cloud-init", () => {
    const spec = specOf({ profile: "standard" });
    const script = bootstrapScript(spec);
    for (const { path, mode, content } of filesOf(spec))
      expect(script).toMatch(new RegExp(`\n(write|keep) ${mode} ${path} ${base64(content)}\n`.replaceAll("+", "\\+")));
    expect(script).not.toContain("moor_");
  });

  it("leaves Docker's settings there as they are", () => {
    expect(bootstrapScript(specOf({ isOwn: true }))).toMatch(/^keep 0644 \/etc\/docker\/daemon\.json /m);
  });
});
