/** What a server gets, in the eyes of the tools that judge such things. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapCommand, bootstrapScript } from "@moorage/convex/model/server/bootstrap";
import { cloudInit, userData } from "@moorage/convex/model/server/cloudInit";
import { filesOf } from "@moorage/convex/model/server/files";
import { createApiKey } from "@moorage/shared/api-key";
import { PROFILES } from "@moorage/shared/deployment";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const spec = { name: "quay-1", url: "https://moorage.example.com", sshKeys: [], isOwn: false } as const;
const TOKEN = createApiKey().text;

const shellcheck = process.env["MOORAGE_SHELLCHECK"] ?? "shellcheck";
const isThere = (command: string) => {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const unchecked = isThere(shellcheck) ? "" : ": skipped, without shellcheck";

describe(`every script${unchecked}`, { skip: unchecked !== "" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "moorage-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files = filesOf({ ...spec, profile: "production_hardened" });
  const library = files.find(({ path }) => path.endsWith("/lib.sh"))!.content;
  writeFileSync(join(folder, "lib.sh"), library);
  const bash = (name: string, text: string) => [name, `#!/usr/bin/env bash\n${text}`] as const;
  const own = { ...spec, isOwn: true };

  it.each([
    ...files
      .filter(({ content }) => content.startsWith("#!/usr/bin/env bash"))
      .map((file) => [file.path, file.content]),
    ["lib.sh", library],
    ...PROFILES.map((profile) => bash(`bootstrap ${profile}`, bootstrapScript({ ...own, profile }))),
    bash("command", bootstrapCommand(spec.url, TOKEN)),
  ] as [string, string][])("%s passes shellcheck", (name, content) => {
    const file = join(folder, `${name.replaceAll(/\W/g, "-")}.sh`);
    writeFileSync(file, content);
    const said = execFileSync(shellcheck, ["--external-sources", "--source-path", folder, file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toBe("");
  });
});

const schemaPath =
  process.env["MOORAGE_CLOUD_INIT_SCHEMA"] ??
  "/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json";
const unjudged = existsSync(schemaPath) ? "" : ": skipped, without cloud-init's schema";

describe(`cloud-init's own schema${unjudged}`, { skip: unjudged !== "" }, () => {
  it.each(PROFILES)("takes the user data of the profile %s", (profile) => {
    const schema = JSON.parse(readFileSync(schemaPath, "utf8")) as { $id?: string; $schema?: string };
    // Draft 4 in name only, and open to every key: what is used must be one that it knows.
    const { $schema: _draft, ...rest } = schema;
    const ajv = new Ajv({ strict: false, logger: false });
    const validate = ajv.compile(rest);
    expect(validate(parse(cloudInit({ ...spec, profile }, TOKEN))), JSON.stringify(validate.errors)).toBe(true);
    const text = readFileSync(schemaPath, "utf8");
    for (const key of Object.keys(userData({ ...spec, profile }, TOKEN))) expect(text).toContain(`"${key}": {`);
  });
});
