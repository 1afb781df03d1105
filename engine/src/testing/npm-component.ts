/** Components from npm as they are published, for engines under test. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineOptions, ModuleMap, Schema } from "../types.ts";

function modulesIn(directory: string): ModuleMap {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  return Object.fromEntries(
    files.map((file) => [`./${file}`, () => import(pathToFileURL(join(directory, file)).href)]),
  );
}

type Components = NonNullable<EngineOptions["components"]>;

/**
 * A package's component and those it uses itself.
 * @param uses name of each child, with the package it is from
 */
export async function npmComponent(
  name: string,
  packageName: string,
  uses: Record<string, { package: string; uses?: Record<string, { package: string }> }> = {},
  from: string = import.meta.url,
): Promise<Components> {
  const config = createRequire(from).resolve(`${packageName}/convex.config.js`);
  const directory = dirname(config);
  const { default: schema } = (await import(pathToFileURL(join(directory, "schema.js")).href)) as { default: Schema };
  const components: Components = { [name]: { schema, modules: modulesIn(directory) } };
  for (const [child, { package: childPackage, uses: grandchildren }] of Object.entries(uses)) {
    Object.assign(components, await npmComponent(`${name}/${child}`, childPackage, grandchildren, config));
  }
  return components;
}
