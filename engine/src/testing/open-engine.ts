/** Engines for tests, closed when their test ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createEngine, type Engine } from "../index.ts";
import type { EngineOptions } from "../types.ts";

export type Functions = Record<string, Record<string, unknown>>;

/** Modules as a bundler would give them: one loader each. */
export function modulesOf(functions: Functions): EngineOptions["modules"] {
  return Object.fromEntries(Object.entries(functions).map(([path, module]) => [`./${path}.ts`, async () => module]));
}

export function openEngine(functions: Functions, options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({ modules: modulesOf(functions), storage: { kind: "memory" }, ...options });
  onTestFinished(() => engine.close());
  return engine;
}

/** The path of a database file that is gone when the test has ended. */
export function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "engine-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "data.db");
}
