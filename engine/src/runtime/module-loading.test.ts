import { expect, it } from "vitest";
import { createEngine } from "../index.ts";

// Evaluated anew for each load, as a module of its own would be.
const source = `
  const { env } = process;
  export const home = process.env.HOME;
  export const read = env.GREETING;
  export const now = () => env.GREETING;
  export const keys = Object.keys(env).sort().join();
`;
const load = (tag: string) => () => import(`data:text/javascript,${encodeURIComponent(`${source}// ${tag}`)}`);

it("a module finds the deployment's variables while it loads, and never the process's own", async () => {
  const modules = { "./settings.ts": load("first") };
  const engine = createEngine({ modules, storage: { kind: "memory" }, env: { GREETING: "hello" } });
  // Loaded by the first call that names it; it holds no function of that name.
  await expect(engine.query("settings:none")).rejects.toThrow("Could not find public function");
  const settings = await load("first")();
  expect(settings).toMatchObject({ read: "hello", keys: "CONVEX_CLOUD_URL,CONVEX_SITE_URL,GREETING" });
  expect(settings.home).toBeUndefined();
  await engine.close();
});

it("what it kept shows each call the variables of its own deployment", async () => {
  const modules = { "./settings.ts": load("second") };
  const engines = ["one", "two"].map((GREETING) =>
    createEngine({ modules, storage: { kind: "memory" }, env: { GREETING } }),
  );
  for (const engine of engines) await expect(engine.query("settings:none")).rejects.toThrow("Could not find");
  const { now } = await load("second")();
  const seen = await Promise.all(engines.map((engine) => engine.inline("query", async () => now())));
  expect(seen).toEqual(["one", "two"]);
  for (const engine of engines) await engine.close();
});
