/**
 * What an app's and its components' `convex.config.ts` say, as a deployment would read it out of a push: evaluated here,
 * each import of another definition replaced by the path and the name under which Convex knows it.
 */

export interface BundledDefinition {
  definitionPath: string;
  definition: { source: string };
  dependencies: string[];
}

interface Exported {
  name?: string;
  childComponents: { name: string; path: string }[];
}

type Definitions = ReadonlyMap<string, BundledDefinition>;

/** By path; the app's own is "". */
export async function readDefinitions(all: readonly BundledDefinition[]): Promise<Map<string, Exported>> {
  const byPath = new Map(all.map((one) => [one.definitionPath, one]));
  const read = async (path: string): Promise<[string, Exported]> => [path, await evaluate(byPath.get(path)!, byPath)];
  return new Map(await Promise.all([...byPath.keys()].map(read)));
}

async function evaluate(
  { definition: { source }, dependencies }: BundledDefinition,
  all: Definitions,
): Promise<Exported> {
  let code = source;
  for (const path of dependencies) {
    const { name } = await evaluate(all.get(path)!, all);
    const stand = `export default ${JSON.stringify({ componentDefinitionPath: path, defaultName: name })}`;
    code = code.replace(`./_componentDeps/${Buffer.from(path).toString("base64url")}`, moduleOf(stand));
  }
  const { default: definition } = (await import(moduleOf(code))) as { default: { export(): Exported } };
  return definition.export();
}

const moduleOf = (code: string) => `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
