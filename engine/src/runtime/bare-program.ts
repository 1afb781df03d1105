/** A program with nothing but an engine, for what only shows in a process without a test framework's listeners. */
import { actionGeneric, cronJobs, makeFunctionReference, mutationGeneric } from "convex/server";
import { createFunctionApi } from "../http/api.ts";
import { serve } from "../http/serve.ts";
import { createEngine } from "../index.ts";

const functions = {
  fine: mutationGeneric({ handler: async () => "fine" }),
  hangs: mutationGeneric({ handler: () => new Promise(() => {}) }),
  throwsInTimer: actionGeneric({
    handler: async () => {
      setTimeout(() => {
        throw new Error("in a timer");
      }, 1);
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
  }),
  throwsInTimerLater: actionGeneric({
    handler: async () => {
      setTimeout(() => {
        throw new Error("in a timer");
      }, 1);
    },
  }),
};

function open(modules: Record<string, object> = {}, onScheduledError?: (error: unknown) => void) {
  const all: Record<string, object> = { functions, ...modules };
  return createEngine({
    modules: Object.fromEntries(Object.entries(all).map(([path, module]) => [`./${path}.ts`, async () => module])),
    storage: { kind: "memory" },
    idleDeadlineMs: 200,
    onLog: ({ message }) => process.stdout.write(`log: ${message.split("\n")[0]}\n`),
    ...(onScheduledError && { crons: true, onScheduledError }),
  });
}

const say = (text: unknown): void => void process.stdout.write(`${text}\n`);
const sentence = (error: unknown): string =>
  (error instanceof Error ? error.message.split(".")[0] : String(error)) ?? "";
const turns = () => new Promise((resolve) => setTimeout(resolve, 50));

const scenarios: Record<string, () => Promise<void>> = {
  async lookForHost() {
    say("Convex" in globalThis);
  },
  async missingFunction() {
    await open()
      .query("functions:nope")
      .catch((error) => say(sentence(error)));
  },
  async missingFunctionOverHttp() {
    const server = await serve(createFunctionApi(open()).fetch);
    const body = JSON.stringify({ path: "functions:nope", args: {} });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${server.url}/api/query`, { method: "POST", body, headers });
    say(((await answer.json()) as { status: string }).status);
    await server.close();
  },
  async missingFunctionOfCron() {
    const failed = Promise.withResolvers<unknown>();
    const crons = cronJobs();
    crons.interval("x", { hours: 1 }, makeFunctionReference<"mutation">("functions:nope"));
    const engine = open({ crons: { default: crons } }, failed.resolve);
    await engine.tick();
    say(sentence(await failed.promise));
  },
  async throwsInTimer() {
    await open()
      .action("functions:throwsInTimer")
      .catch((error) => say(sentence(error)));
  },
  async throwsInTimerLater() {
    await open().action("functions:throwsInTimerLater");
    await turns();
  },
  async hangs() {
    await open()
      .mutation("functions:hangs")
      .catch((error) => say(sentence(error)));
  },
  async rejectionOfTheHost() {
    await open().mutation("functions:fine");
    void Promise.reject(new Error("the host's own"));
    await turns();
  },
  async reasonOfTheHostThatIsNoError() {
    await open().mutation("functions:fine");
    void Promise.reject("a text");
    await turns();
  },
};

await scenarios[process.argv[2] ?? ""]?.();
say("alive");
