/** A server's scripts as text that Convex's bundler takes: a module of strings, written from the files beside it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../convex/model/server/", import.meta.url));
export const EMBEDDED = `${folder}_generated/scripts.ts`;

/** `enrol.sh` under the name `enrol`. A script of JavaScript has a second dot, or Convex would take it for functions. */
export function embeddedScripts(): string {
  const entries = readdirSync(`${folder}scripts`)
    .sort()
    .map((file) => [file.replace(/\..*$/, ""), readFileSync(`${folder}scripts/${file}`, "utf8")]);
  return `/** Written by \`npm run codegen\` from scripts/. */\nexport const SCRIPTS = ${JSON.stringify(Object.fromEntries(entries), null, 2)};\n`;
}

export const embedHostScripts = (): void => writeFileSync(EMBEDDED, embeddedScripts());
