/**
 * Two calls of one tenant about different things never wait for each other: what one writes is nothing the other read.
 * Every pair of public functions that write is tried, by what their mutations really read and wrote.
 */

import type { RecordedMutation } from "@moorage/engine";
import { isMutating } from "@moorage/shared/contract";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as deployments from "@moorage/shared/contracts/deploy";
import * as keys from "@moorage/shared/contracts/keys";
import * as memory from "@moorage/shared/contracts/memory";
import { CONTRACTS } from "@moorage/shared/contracts/registry";
import * as secrets from "@moorage/shared/contracts/secrets";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Caller, type Host, keySet, openInProcess } from "../support/hosts.ts";
import { type Network, openNetwork } from "../support/network.ts";
import { BEAT, deploy, enrolled, running } from "../support/servers.ts";
import { call } from "../support/wire.ts";

/** Pairs that do meet, and why that is right. */
const EXPECTED: Record<string, string> = {
  "approvals:decide × approvals:setPolicy": "a decision is made under one policy",
  "approvals:setPolicy × pages:decideApproval": "the same",
  "approvals:setPolicy × approvals:setPolicy": "there is one policy",
  "jobs:setRetention × jobs:setRetention": "there is one policy",
  "embeddings:set × embeddings:set": "there is one model",
  "embeddings:off × embeddings:set": "the same",
  "embeddings:off × embeddings:off": "the same",
  "webhook:set × webhook:set": "there is one webhook",
  "webhook:off × webhook:set": "the same",
  "webhook:off × webhook:off": "the same",
  "webhook:set × webhook:test": "what is tried is the webhook that there is",
  "webhook:off × webhook:test": "the same",
  "memory:setRetention × memory:setRetention": "there is one retention",
  "deploy:create × deploy:create": "a key's turns are counted together",
  "secrets:export × secrets:export": "the same",
  "secrets:reveal × secrets:reveal": "the same",
};

/** A job's work begins at once, beside the answer to whoever asked for it; a simulated server reports when it will. */
const SCHEDULED = /^(jobs:finish|jobWork:|simulated:|operations:)/;

let network: Network;
let host: Host;
let me: Caller;
beforeAll(async () => {
  network = openNetwork();
  network.hosts.set("model.example.com", () => Response.json({ data: [{ embedding: [1] }, { embedding: [2] }] }));
  host = await openInProcess({
    recordConflicts: true,
    env: {
      MOORAGE_MASTER_KEYS: keySet(),
      MOORAGE_AUDIT_KEYS: keySet(),
      MOORAGE_PUBLIC_URL: "https://door.example.com",
    },
  });
  me = await host.admit();
  // The tenant's data key is made by the first call that needs one.
  await me.backend.call(secrets.set, { name: "FIRST", value: "v" });
});
afterAll(async () => {
  await host.close();
  network.close();
});

/** Every function that writes, once, each about things that only `side` names. */
async function everything(side: string): Promise<{ path: string; recorded: RecordedMutation[] }[]> {
  const done: { path: string; recorded: RecordedMutation[] }[] = [];
  const { backend } = me;
  const words: Record<string, string> = { left: "quay pilot ebb", right: "mast sail reef" };
  const note = (what: string) => ({ type: "note", content: `${words[side]} ${what}${side}`, agent: side });
  const { memory: old } = await backend.call(memory.add, note("old"));
  const { memory: gone } = await backend.call(memory.add, note("gone"));
  const key = async () => (await backend.call(keys.create, { name: side, scopes: ["memory:read"] })).key.id;
  const [rotated, revoked] = [await key(), await key()];
  const { code } = await backend.call(keys.enroll, { name: side, scopes: ["memory:read"] });
  for (const name of ["ROTATED", "DELETED", "COPIED", "USED"])
    await backend.call(secrets.generate, { name: `${name}_${side}` });
  const approvalOf = async (kind: string) => {
    const wait = await backend.call(approvals.request, { kind, lines: [side] });
    return (await backend.call(approvals.get, { id: "approvalId" in wait ? wait.approvalId : "" })).approval;
  };
  const asked = await approvalOf("secret_import_cleanup");
  const { token: secretPage } = await backend.call(secrets.request, { name: `PAGE_${side}` });
  const shown = await approvalOf("secret_import_copy");
  const { token: approvalPage } = await backend.call(approvals.page, { id: shown.id });
  const opId = () => crypto.randomUUID();
  const waiting = await deploy(host, me);
  const { token } = waiting;
  const { key: server } = await enrolled(host, me, { configuration: { secrets: [`USED_${side}`] } });
  const serving = () => running(host, me);
  const { planId } = await backend.call(deployments.plan, { name: `planned-${side}`, provider: "simulated" });
  const planned = await backend.call(deployments.create, { planId });
  const { approval: wanted } = await backend.call(approvals.get, {
    id: "approvalId" in planned ? planned.approvalId : "",
  });
  await backend.call(approvals.decide, { id: wanted.id, digest: wanted.digest, decision: "approve" });
  const restarting = await backend.call(deployments.update, { deployment: await serving(), model: `models/${side}` });
  const doomed = await serving();
  const calls: [string, object, key?: string][] = [
    ["approvals:request", { kind: "secret_import_copy", lines: [`${side} again`] }],
    ["approvals:decide", { id: asked.id, digest: asked.digest, decision: "approve" }],
    ["approvals:page", { id: shown.id }],
    ["approvals:setPolicy", { policy: "client" }],
    ["deploy:plan", { name: `plan-${side}`, provider: "simulated" }],
    ["deploy:update", { deployment: await serving(), model: `models/${side}`, opId: opId() }],
    ["deploy:rollback", { deployment: await serving(), generation: 1, opId: opId() }],
    ["deploy:control", { deployment: await serving(), action: "upgrade", opId: opId() }],
    ["deploy:destroy", { deployment: doomed, confirm: doomed, opId: opId() }],
    ["deploy:cancel", { operation: "operation" in restarting ? restarting.operation.id : "" }],
    ["deploy:hostCommand", { deployment: waiting.deploymentId }],
    ["status:check", { deployment: doomed }],
    ["status:logs", { deployment: (await enrolled(host, me)).deploymentId }],
    ["deploy:connect", { provider: side === "left" ? "hetzner" : "digitalocean" }],
    ["deploy:disconnect", { provider: side === "left" ? "hetzner" : "digitalocean" }],
    ["instances:redeem", { claim: crypto.randomUUID() }, token],
    ["instances:secrets", {}, server],
    ["instances:heartbeat", { ...BEAT, secrets: [{ name: `USED_${side}`, version: 1 }] }, server],
    ["instances:report", { generation: 1, outcome: "applied", opId: opId() }, server],
    ["instances:events", { events: [{ kind: "note", message: side, at: 0 }], opId: opId() }, server],
    ["instances:logs", { lines: [side], opId: opId() }, server],
    ["keys:create", { name: side, scopes: ["memory:read"] }],
    ["keys:enroll", { name: side, scopes: ["memory:read"] }],
    ["keys:redeem", { claim: crypto.randomUUID() }, code],
    ["keys:rotate", { id: rotated }],
    ["keys:revoke", { id: revoked }],
    ["memory:add", { ...note("new"), opId: opId() }],
    [
      "memory:addMany",
      { memories: [{ type: "note", content: `${words[side]} many${side}` }], agent: side, opId: opId() },
    ],
    ["memory:update", { id: old.id, content: `${words[side]} changed${side}`, opId: opId() }],
    ["memory:approve", { ids: [old.id], decision: "approve" }],
    [
      "transfer:importMany",
      {
        memories: [{ key: side, type: "note", content: `${words[side]} brought${side}`, agent: side }],
        logs: [{ key: `log ${side}`, day: "2026-06-03", content: side, agent: side }],
      },
    ],
    [
      "transfer:importKeys",
      { keys: [{ id: `moved${side}`, name: side, scopes: ["memory:read"], proofHash: "0".repeat(64) }] },
    ],
    ["memory:addMemory", { agentId: side, type: "note", content: `${words[side]} before${side}` }],
    ["memory:deleteMemory", { memoryId: "nobody's" }],
    ["memory:writeDailyLog", { agentId: side, date: "2026-06-02", content: side }],
    ["memory:setRetention", { expiredDays: 60 }],
    ["memory:delete", { id: gone.id, opId: opId() }],
    ["memory:logAppend", { content: side, agent: side, today: "2026-06-01", opId: opId() }],
    ["pages:submitSecret", { value: side }, secretPage],
    ["pages:decideApproval", { digest: shown.digest, decision: "approve" }, approvalPage],
    ["secrets:set", { name: `SET_${side}`, value: side }],
    ["secrets:generate", { name: `MADE_${side}`, opId: opId() }],
    ["secrets:request", { name: `ASKED_${side}` }],
    ["secrets:rotate", { name: `ROTATED_${side}`, opId: opId() }],
    ["secrets:copy", { name: `COPIED_${side}`, toAgent: side, opId: opId() }],
    ["secrets:restore", { name: `COPIED_${side}`, version: 1, opId: opId() }],
    ["secrets:delete", { name: `DELETED_${side}`, opId: opId() }],
    ["secrets:resolve", { names: [`USED_${side}`], agent: side }],
    ["secrets:compare", { secrets: [{ name: `USED_${side}`, value: side }] }],
    ["secrets:export", { agent: side }],
    ["secrets:reveal", { name: `USED_${side}` }],
    ["jobs:start", { job: side === "left" ? "retention" : "daily_summary" }],
    ["jobs:pause", { job: side === "left" ? "integration_checks" : "secret_rotation" }],
    ["jobs:setRetention", { events: 30 }],
    ["webhook:set", { url: `https://${side}.example.com/`, form: "json" }],
    ["webhook:test", {}],
    ["webhook:off", {}],
    ["embeddings:set", { url: "https://model.example.com/v1", model: side }],
    ["embeddings:off", {}],
    // The last: what it schedules runs by itself, and is no other call's.
    ["deploy:create", { planId, opId: opId() }],
  ];
  for (const [path, args, holder] of calls) {
    // What the call before has scheduled is none of this one's doing.
    await host.engine.tick();
    host.engine.conflicts.take();
    const caller = holder === undefined ? me : { ...me, ...host.as(holder) };
    const answer = await call(caller, CONTRACTS.get(path)!, args);
    expect([path, answer.errorData ?? answer.status]).toEqual([path, "success"]);
    const recorded = host.engine.conflicts.take().filter((one) => !SCHEDULED.test(one.path));
    done.push({ path, recorded });
  }
  return done;
}

it("calls about different things do not conflict, but for those with a reason", async () => {
  const left = await everything("left");
  host.engine.conflicts.take();
  await host.engine.action("audit:seal", {});
  left.push({ path: "audit:seal", recorded: host.engine.conflicts.take() });
  const right = await everything("right");
  const met = new Map<string, Set<string>>();
  for (const a of left) {
    for (const b of right) {
      const tables = a.recorded.flatMap((one) => b.recorded.flatMap((two) => host.engine.conflicts.between(one, two)));
      const pair = [a.path, b.path].sort().join(" × ");
      if (tables.length > 0) met.set(pair, new Set([...(met.get(pair) ?? []), ...tables]));
    }
  }
  expect([...met].filter(([pair]) => !(pair in EXPECTED))).toEqual([]);
  expect([...met.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
  const tried = new Set(left.map(({ path }) => path));
  const untried = [...CONTRACTS.values()].filter(
    (contract) => isMutating(contract) && contract.scope !== "door" && !tried.has(contract.path),
  );
  // A credential is tried at its provider; closing an alert needs one, which only the door raises.
  expect(untried.map(({ path }) => path)).toEqual(["deploy:credential", "status:alertAck"]);
}, 60_000);
