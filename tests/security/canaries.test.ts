/** Attack class 1, behind the tools: a secret's value is where it was asked for and nowhere else, in no form. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as pages from "@moorage/shared/contracts/pages";
import * as secrets from "@moorage/shared/contracts/secrets";
import type { GenericDataModel, GenericQueryCtx } from "convex/server";
import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, expect, it } from "vitest";
import { canariesIn } from "../support/canaries.ts";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { allFunctions } from "../support/samples.ts";
import { call, post } from "../support/wire.ts";

const CANARY = "canary/Zk9?+hidden value=47";

const formsIn = (text: string) => canariesIn(text, CANARY);

let directory: string;
let host: Host;
let me: Caller;
/** Everything that was said to operators: functions' own logs and the door's. */
let said: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "moorage-"));
  said = [];
  host = await openInProcess(
    {
      storage: { kind: "file", path: join(directory, "moorage.db") },
      crons: false,
      onLog: (line) => said.push(JSON.stringify(line)),
      onScheduledError: (error) => said.push(String(error)),
    },
    { log: (line) => said.push(JSON.stringify(line)) },
  );
  me = await host.admit();
});
afterEach(async () => {
  await host.close();
  rmSync(directory, { recursive: true });
});

/** What is on the disk: the database, its WAL and whatever lies beside them. */
const onDisk = () =>
  readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), "latin1"))
    .join("\n");

it("would be seen if it were there", async () => {
  const { backend } = me;
  await backend.call(approvals.request, { kind: "secret_import_copy", lines: [CANARY] });
  expect(formsIn(onDisk())).not.toEqual([]);
});

it("is on no disk, in no log and in no answer but those that were asked for it", async () => {
  const { backend } = me;
  const answers: unknown[] = [];
  const expectRefusal = async (work: Promise<unknown>) => answers.push(await work.catch((error: unknown) => error));
  answers.push(await backend.call(secrets.set, { name: "CANARY", value: CANARY, agent: "cook" }));
  answers.push(await backend.call(secrets.set, { name: "CANARY", value: CANARY }));
  answers.push(await backend.call(secrets.copy, { name: "CANARY", toLevel: "global" }));
  const { token } = await backend.call(secrets.request, { name: "TYPED" });
  answers.push(await host.as(token).backend.call(pages.submitSecret, { value: CANARY }));
  const { token: page } = await backend.call(secrets.request, { name: "POSTED" });
  const form = {
    method: "POST",
    body: new URLSearchParams({ value: CANARY }),
    headers: { origin: "https://door.test" },
  };
  const typed = await me.door.fetch(`https://door.test/secret/${page}`, form);
  expect(typed.status).toBe(200);
  answers.push(await typed.text());
  await expectRefusal(backend.call(secrets.set, { name: "MOORAGE_API_KEY", value: CANARY }));
  await expectRefusal(host.as(token).backend.call(pages.submitSecret, { value: CANARY }));
  // Past the client's own check: whole, malformed, at the wrong function, with a value that is refused.
  const wrong = { name: "CANARY", value: `${CANARY}\0`, [CANARY]: 1 };
  answers.push(await call(me, secrets.set, wrong), await call(me, secrets.list, { value: CANARY }));
  answers.push(await (await post(me, "action", `{"path":"secrets:set","args":["${CANARY}`)).text());
  for (const { contract, args } of allFunctions()) {
    if (["secrets:reveal", "secrets:export", "secrets:resolve"].includes(contract.path)) continue;
    answers.push(await call(me, contract, args("k570000000000000000000000000")));
  }
  const { values } = await backend.call(secrets.resolve, { agent: "cook" });
  expect(values.find(({ name }) => name === "CANARY")?.value).toBe(CANARY);
  expect(formsIn(JSON.stringify(answers))).toEqual([]);
  expect(formsIn(said.join("\n"))).toEqual([]);
  expect(formsIn(onDisk())).toEqual([]);
});

const SEAL = makeFunctionReference<"action">("audit:seal");

/** What is written down of work: arguments of what was scheduled, and the tables of components. */
const journals = async () => {
  const scheduled = await host.engine.inline("query", (ctx) => ctx.db.system.query("_scheduled_functions").collect());
  const tables = [];
  for (const table of ["rateLimits", "pendingUpdates"]) {
    const rows = (ctx: GenericQueryCtx<GenericDataModel>) => ctx.db.query(table).collect();
    tables.push(await host.engine.inline("query", rows, { component: "rateLimiter" }));
  }
  return JSON.stringify([scheduled, tables]);
};

it("is in no scheduled function's arguments and in no component's table", async () => {
  const { backend } = me;
  await backend.call(secrets.set, { name: "CANARY", value: CANARY });
  await backend.call(secrets.copy, { name: "CANARY", toLevel: "global" });
  await backend.call(secrets.reveal, { name: "CANARY" });
  await backend.call(secrets.export, {});
  await backend.call(secrets.resolve, {});
  const { token } = await backend.call(secrets.request, { name: "TYPED" });
  await host.as(token).backend.call(pages.submitSecret, { value: CANARY });
  expect(await journals()).toContain(me.keyId);
  expect(formsIn(await journals())).toEqual([]);
  // Both would be seen if they were there.
  await host.engine.inline("mutation", (ctx) => ctx.scheduler.runAfter(60_000, SEAL, { at: CANARY }));
  expect(formsIn(await journals())).not.toEqual([]);
  const limit = { name: CANARY, config: { kind: "token bucket", rate: 1, period: 1_000 } };
  await host.engine.mutation("lib:rateLimit", limit, { component: "rateLimiter" });
  expect(formsIn(JSON.stringify(JSON.parse(await journals())[1]))).not.toEqual([]);
});
