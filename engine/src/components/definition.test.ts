/** What an app's `convex.config.ts` gives its components. */
import {
  componentsGeneric,
  createFunctionHandle,
  defineApp,
  defineComponent,
  httpActionGeneric,
  httpRouter,
  internalQueryGeneric,
  makeFunctionReference,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { expect, it } from "vitest";
import { modulesOf, openEngine } from "../testing/open-engine.ts";

const components = componentsGeneric() as unknown as Record<string, Record<string, Record<string, never>>>;
const http = httpRouter();
http.route({ path: "/hello", method: "GET", handler: httpActionGeneric(async () => new Response("from the kid")) });

/** An app with a component named `kid`, whose configuration is made by `configure` when it is loaded. */
function openWith(configure: () => unknown) {
  const app = {
    key: queryGeneric({ handler: (ctx) => ctx.runQuery(components["kid"]?.["lib"]?.["key"] as never, {}) }),
  };
  const kid = { lib: { key: queryGeneric({ handler: () => process.env["KEY"] ?? null }) }, http: { default: http } };
  return openEngine(
    {},
    {
      env: { OF_APP: "the app's" },
      modules: { ...modulesOf({ app }), "./convex.config.ts": async () => ({ default: await configure() }) },
      components: { kid: { modules: modulesOf(kid) } },
    },
  );
}

const makeChild = () => defineComponent("child", { env: { KEY: v.string() } });

it("variables with values and those of the app's arrive", async () => {
  const literal = openWith(() => {
    const app = defineApp();
    app.use(makeChild(), { name: "kid", env: { KEY: "literal" } });
    return app;
  });
  const reference = openWith(() => {
    const app = defineApp({ env: { OF_APP: v.string() } });
    app.use(makeChild(), { name: "kid", env: { KEY: app.env.OF_APP } });
    return app;
  });
  expect(await Promise.all([literal.query("app:key"), reference.query("app:key")])).toEqual(["literal", "the app's"]);
  expect("componentDefinitionPath" in {}).toBe(false);
});

it("a component answers under the prefix it is mounted at", async () => {
  const engine = openWith(() => {
    const app = defineApp();
    app.use(makeChild(), { name: "kid", httpPrefix: "/kid", env: { KEY: "x" } });
    return app;
  });
  expect(await (await engine.fetch(new Request("http://app/kid/hello"))).text()).toBe("from the kid");
});

/** Routes that say who answers, with the path that is asked for. */
function routesOf(name: string, routes: ({ path: string } | { pathPrefix: string })[]) {
  const handler = httpActionGeneric(async (_ctx, { url }) => new Response(`${name} ${new URL(url).pathname}`));
  const router = httpRouter();
  for (const route of routes) router.route({ ...route, method: "GET", handler });
  return { http: { default: router } };
}

it("the route that names most of a path answers: the app's, a component's, or one of those it uses", async () => {
  const app = defineApp({ httpPrefix: "/own" });
  const kid = defineComponent("kid");
  const configured = (definition: unknown, configure: () => unknown) => ({
    "./convex.config.ts": async () => {
      configure();
      return { default: definition };
    },
  });
  const engine = openEngine(
    {},
    {
      modules: {
        ...modulesOf(routesOf("app", [{ path: "/kid/exact" }, { pathPrefix: "/" }])),
        ...configured(app, () => app.use(kid, { name: "kid", httpPrefix: "/own/kid/" })),
      },
      components: {
        kid: {
          modules: {
            ...modulesOf(routesOf("kid", [{ path: "/hello" }, { pathPrefix: "/deep/er/" }])),
            ...configured(kid, () => kid.use(defineComponent("grandkid"), { name: "grandkid", httpPrefix: "/deep" })),
          },
        },
        "kid/grandkid": { modules: modulesOf(routesOf("grandkid", [{ pathPrefix: "/" }])) },
      },
    },
  );
  const ask = async (path: string) => (await engine.fetch(new Request(`http://app${path}`))).text();
  expect(await Promise.all(["/own/x", "/own/kid/exact", "/own/kid/hello", "/own/kid/deep/er/x"].map(ask))).toEqual([
    "app /own/x",
    "app /own/kid/exact",
    "kid /own/kid/hello",
    "kid /own/kid/deep/er/x",
  ]);
  expect(await Promise.all(["/own/kid/deep/x", "/own/kid/none", "/x"].map(ask))).toEqual([
    "grandkid /own/kid/deep/x",
    "No matching routes found",
    "No matching routes found",
  ]);
});

it("a router that takes every path, as Hono's does, leaves a component's paths to it", async () => {
  const app = defineApp();
  const kid = defineComponent("kid");
  const { http } = routesOf("app", [{ pathPrefix: "/" }]);
  const lookup = (path: string) => [http.default.lookup("/", "GET")?.[0], "GET", path];
  const engine = openEngine(
    {},
    {
      modules: {
        ...modulesOf({ http: { default: { isRouter: true, lookup, getRoutes: () => [] } } }),
        "./convex.config.ts": async () => {
          app.use(kid, { name: "kid", httpPrefix: "/kid" });
          return { default: app };
        },
      },
      components: { kid: { modules: modulesOf(routesOf("kid", [{ pathPrefix: "/" }])) } },
    },
  );
  const ask = async (path: string) => (await engine.fetch(new Request(`http://app${path}`))).text();
  expect(await Promise.all(["/x", "/kid/x"].map(ask))).toEqual(["app /x", "kid /kid/x"]);
});

it.each<[string, () => unknown, string]>([
  [
    "throws",
    () => {
      throw new Error("oops");
    },
    "The configuration (convex.config) of the app failed: oops",
  ],
  ["is none", () => 7, "its default export is no app or component definition"],
])("a configuration that %s fails the calls that need it, by name", async (_what, configure, message) => {
  await expect(openWith(configure).query("app:key")).rejects.toThrow(message);
});

it("a configuration that imports what only Convex's bundler finds says nothing", async () => {
  const engine = openWith(() => import("no-such-package" as string));
  expect(await engine.query("app:key")).toBeNull();
});

it("an app reaches the public functions of its component, and internal ones by a handle that it was given", async () => {
  const kid = {
    lib: {
      inner: internalQueryGeneric({ handler: () => "inner" }),
      handle: queryGeneric({ handler: () => createFunctionHandle(makeFunctionReference<"query">("lib:inner")) }),
    },
  };
  const engine = openEngine({}, { components: { kid: { modules: modulesOf(kid) } } });
  const call = (name: string) => engine.inline("query", (ctx) => ctx.runQuery(components["kid"]?.["lib"]?.[name], {}));
  await expect(call("inner")).rejects.toThrow("Component 'kid' does not export 'lib:inner'.");
  const handle = await call("handle");
  expect(await engine.inline("query", (ctx) => ctx.runQuery(handle))).toBe("inner");
});
