/** The servers that are measured beside each other, each started as its users start it. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { embedded } from "../../support/embedded.ts";
import type { Command } from "../../support/stdio-client.ts";

const { resolve } = createRequire(import.meta.url);

export const PACKAGE = fileURLToPath(new URL("../../../mcp-server/dist/", import.meta.url));

/** Our own server, embedded, as `pnpm build` leaves it. */
export function moorage(home: string): Command {
  const entry = join(PACKAGE, "moorage.js");
  if (!existsSync(entry)) throw new Error("mcp-server/dist is missing; build first: pnpm build");
  return embedded(entry, home);
}

/** A bare server of the SDK: the least any server takes. */
export const echo: Command = { args: [fileURLToPath(new URL("../peers/echo.mjs", import.meta.url))] };

/** The reference server that keeps a memory, in one JSONL file. */
export function serverMemory(file: string): Command {
  return {
    args: [resolve("@modelcontextprotocol/server-memory/dist/index.js")],
    env: { MEMORY_FILE_PATH: file },
  };
}
