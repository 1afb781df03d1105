/** Importing `.env` files with the built server: where it may look, how a person says yes, and what it never prints. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { canariesIn } from "../support/canaries.ts";
import { CLEANED, MOVED, TEXT } from "../support/env-file.ts";
import { type Answer, connectClient } from "./support/client.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-import-"));
const files = join(out, "files");
let entry: string;
beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
  mkdirSync(files);
  writeFileSync(join(files, "prod.env"), TEXT);
}, 60_000);
afterAll(() => rmSync(out, { recursive: true }));

const env = { MOORAGE_DATA_DIR: join(out, "data"), MOORAGE_CONFIG_DIR: join(out, "config") };
const path = join(files, "prod.env");

it("moves a file below --import-root, a person approving on the pages that the answers name", async () => {
  const { call, close } = await connectClient(entry, env, ["--import-root", files]);
  const told: Answer[] = [];
  const run = async (input: Record<string, unknown>) => {
    const answer = await call("secret_import_env", input);
    told.push(answer);
    return answer.structuredContent;
  };
  const approve = async ({ page, command }: Record<string, unknown>) => {
    expect(command).toMatch(/ approve \w+$/);
    const form = await (await fetch(String(page))).text();
    told.push({ structuredContent: {}, content: [{ type: "text", text: form }] });
    const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const body = new URLSearchParams([...fields.map(([, name, value]) => [name!, value!]), ["decision", "approve"]]);
    const decided = await fetch(String(page), {
      method: "POST",
      body,
      headers: { origin: new URL(String(page)).origin },
    });
    expect(decided.status).toBe(200);
  };

  const { plan } = await run({ phase: "plan", paths: [path] });
  await approve(await run({ phase: "copy", plan }));
  expect(await run({ phase: "copy", plan })).toMatchObject({ copied: Object.keys(MOVED).length });
  expect(await run({ phase: "verify", plan })).toMatchObject({ verified: Object.keys(MOVED).length });
  await approve(await run({ phase: "cleanup", plan }));
  expect(await run({ phase: "cleanup", plan })).toMatchObject({ status: "done", removed: [{ file: path }] });
  await close();
  expect(readFileSync(path, "utf8")).toBe(CLEANED);
  expect(canariesIn(JSON.stringify(told), ...Object.values(MOVED))).toEqual([]);
});

it("reads nothing outside of the repository it was started in, and says which flag opens another folder", async () => {
  const { call, close } = await connectClient(entry, env, []);
  const { isError, structuredContent } = await call("secret_import_env", { phase: "plan", paths: [path] });
  expect(isError).toBe(true);
  expect(structuredContent["hint"]).toContain("--import-root");
  await close();
});
