/** The providers' own API descriptions, made strict. They are not part of the project: tests that need them say when they are missing. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Document } from "openapi-backend";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = process.env["MOORAGE_PROVIDER_SPECS"] ?? join(root, "..", "shared", "specs");

export const hasSpecs = existsSync(join(folder, "hetzner.strict.json"));

/** For a test's name, so that a skipped one says why. */
export const SPECS_NOTE = hasSpecs
  ? ""
  : ` (skipped: no API descriptions in ${folder}; MOORAGE_PROVIDER_SPECS names them)`;

const specs = new Map<string, Document>();

export function readSpec(provider: "hetzner" | "digitalocean"): Document {
  const known = specs.get(provider);
  if (known !== undefined) return known;
  const spec = JSON.parse(readFileSync(join(folder, `${provider}.strict.json`), "utf8")) as Document;
  specs.set(provider, spec);
  return spec;
}
