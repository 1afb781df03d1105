/** Valid arguments for every function, so that a test which walks over all of them cannot forget one. */
import { randomUUID } from "node:crypto";
import type { Contract } from "@moorage/shared/contract";
import { CONTRACTS } from "@moorage/shared/contracts/registry";

/** `id` stands where a function takes the id of something that exists. */
const SAMPLES: Record<string, (id: string) => object> = {
  "approvals:request": () => ({ kind: "secret_import_copy", lines: ["Import 3 secrets from .env"] }),
  "approvals:get": (id) => ({ id }),
  "approvals:list": () => ({}),
  "approvals:decide": (id) => ({ id, digest: "A".repeat(43), decision: "decline" }),
  "approvals:page": (id) => ({ id }),
  "approvals:policy": () => ({}),
  "approvals:setPolicy": () => ({ policy: "client" }),
  "audit:list": () => ({}),
  "audit:verify": () => ({}),
  "audit:refusals": () => ({ refusals: [] }),
  "deploy:catalog": () => ({}),
  "deploy:plan": () => ({ name: `quay-${randomUUID().slice(0, 8)}`, provider: "simulated" }),
  "deploy:create": (id) => ({ planId: id, opId: randomUUID() }),
  "deploy:update": (id) => ({ deployment: id, model: "openai/a-model", opId: randomUUID() }),
  "deploy:rollback": (id) => ({ deployment: id, opId: randomUUID() }),
  "deploy:control": (id) => ({ deployment: id, action: "restart", opId: randomUUID() }),
  "deploy:destroy": (id) => ({ deployment: id, confirm: "quay", opId: randomUUID() }),
  "deploy:cancel": (id) => ({ operation: id }),
  "deploy:hostCommand": (id) => ({ deployment: id }),
  "deploy:connect": () => ({ provider: "hetzner" }),
  "deploy:credential": () => ({ provider: "hetzner", credential: "typed-by-a-person" }),
  "deploy:disconnect": () => ({ provider: "hetzner" }),
  "deploy:list": () => ({}),
  "deploy:get": (id) => ({ deployment: id }),
  "completions:values": () => ({ field: "project", prefix: "" }),
  "instances:redeem": () => ({ claim: randomUUID() }),
  "instances:script": () => ({}),
  "instances:config": () => ({}),
  "instances:secrets": () => ({}),
  "instances:heartbeat": () => ({ generation: 0, container: "running", bootId: "boot-1", secrets: [] }),
  "instances:report": () => ({ generation: 1, outcome: "applied", opId: randomUUID() }),
  "instances:events": () => ({ events: [{ kind: "note", message: "Moored.", at: 0 }], opId: randomUUID() }),
  "instances:logs": () => ({ lines: ["moored"], opId: randomUUID() }),
  "jobs:list": () => ({}),
  "jobs:runs": () => ({ job: "retention" }),
  "jobs:start": () => ({ job: "retention" }),
  "jobs:pause": () => ({ job: "retention" }),
  "jobs:retention": () => ({}),
  "jobs:setRetention": () => ({ events: 30 }),
  "embeddings:set": () => ({ url: "https://api.example.com/v1", model: "small" }),
  "embeddings:status": () => ({}),
  "embeddings:off": () => ({}),
  "keys:resolve": () => ({}),
  "keys:create": () => ({ name: "laptop", scopes: ["memory:read"] }),
  "keys:enroll": () => ({ name: "laptop", scopes: ["memory:read"] }),
  "keys:redeem": () => ({ claim: randomUUID() }),
  "keys:list": () => ({}),
  "keys:rotate": (id) => ({ id }),
  "keys:revoke": (id) => ({ id }),
  "keys:touch": () => ({ uses: [] }),
  "transfer:importMany": () => ({
    memories: [{ key: randomUUID(), type: "fact", content: "The harbour closes at nine." }],
    logs: [{ key: randomUUID(), day: "2026-06-01", content: "Brought in." }],
  }),
  "transfer:foresee": () => ({
    memories: [{ key: randomUUID(), type: "fact", content: "The harbour closes at nine." }],
    logs: [{ key: randomUUID(), day: "2026-06-01", content: "Brought in." }],
  }),
  "transfer:exportMemories": () => ({}),
  "transfer:exportVersions": () => ({}),
  "transfer:exportLogs": () => ({}),
  "transfer:exportKeys": () => ({}),
  "transfer:importKeys": () => ({
    keys: [{ id: randomUUID().slice(0, 16), name: "moved", scopes: ["memory:read"], proofHash: "0".repeat(64) }],
  }),
  "memory:add": () => ({ type: "fact", content: "The harbour opens at six.", opId: randomUUID() }),
  "memory:addMany": () => ({ memories: [{ type: "fact", content: "The harbour opens at six." }], opId: randomUUID() }),
  "memory:search": () => ({ query: "harbour" }),
  "memory:get": (id) => ({ id }),
  "memory:update": (id) => ({ id, content: "The harbour opens at seven.", opId: randomUUID() }),
  "memory:delete": (id) => ({ id, opId: randomUUID() }),
  "memory:list": () => ({}),
  "memory:context": () => ({ today: "2026-06-01" }),
  "memory:review": () => ({}),
  "memory:approve": (id) => ({ ids: [id || "nobody's"], decision: "approve" }),
  "memory:retention": () => ({}),
  "memory:setRetention": () => ({ expiredDays: 60 }),
  "memory:logAppend": () => ({ content: "Moored at the harbour.", today: "2026-06-01", opId: randomUUID() }),
  "memory:logRead": () => ({}),
  "memory:logSearch": () => ({ query: "harbour" }),
  "memory:addMemory": () => ({ agentId: "default", type: "fact", content: "The harbour opens at six." }),
  "memory:searchMemory": () => ({ agentId: "default" }),
  "memory:deleteMemory": (id) => ({ memoryId: id || "nobody's" }),
  "memory:writeDailyLog": () => ({ agentId: "default", date: "2026-06-01", content: "Moored at the harbour." }),
  "memory:getDailyLog": () => ({ agentId: "default", date: "2026-06-01" }),
  "memory:listDailyLogs": () => ({ agentId: "default" }),
  "memory:logList": () => ({}),
  "pages:secret": () => ({}),
  "pages:submitSecret": () => ({ value: "typed-by-a-person" }),
  "pages:approval": () => ({}),
  "pages:decideApproval": () => ({ digest: "A".repeat(43), decision: "decline" }),
  "presence:flush": () => ({ shard: "0", heard: [] }),
  "presence:stirred": () => ({ since: 0 }),
  "presence:changes": () => ({ shard: "0", since: 0 }),
  "secrets:set": () => ({ name: "SET_ONE", value: "typed-by-a-person" }),
  "secrets:generate": () => ({ name: "MADE_ONE", opId: randomUUID() }),
  "secrets:request": () => ({ name: "ASKED_ONE" }),
  "secrets:rotate": () => ({ name: "NO_SUCH", opId: randomUUID() }),
  "secrets:copy": () => ({ name: "NO_SUCH", toAgent: "harbourmaster", opId: randomUUID() }),
  "secrets:restore": () => ({ name: "NO_SUCH", version: 1, opId: randomUUID() }),
  "secrets:delete": () => ({ name: "NO_SUCH", opId: randomUUID() }),
  "secrets:list": () => ({}),
  "secrets:rollout": () => ({ name: "NO_SUCH" }),
  "secrets:history": () => ({ name: "NO_SUCH" }),
  "secrets:explain": () => ({}),
  "secrets:compare": () => ({ secrets: [{ name: "SET_ONE", value: "typed-by-a-person" }] }),
  "secrets:resolve": () => ({}),
  "secrets:reveal": () => ({ name: "NO_SUCH" }),
  "secrets:export": () => ({}),
  "status:overview": () => ({}),
  "status:operation": (id) => ({ operation: id }),
  "status:check": (id) => ({ deployment: id }),
  "status:events": () => ({}),
  "status:logs": (id) => ({ deployment: id }),
  "status:alerts": () => ({}),
  "status:alertAck": (id) => ({ id }),
  "webhook:set": () => ({ url: "https://hooks.example.com/x", form: "json" }),
  "webhook:get": () => ({}),
  "webhook:test": () => ({}),
  "webhook:off": () => ({}),
};

export interface Sample {
  contract: Contract;
  /** Whether the function takes the id of something that exists. */
  takesId: boolean;
  args(id: string): object;
}

const PROBE = "an id that the arguments hold, or do not";

/** Every public function with valid arguments. Throws for one that nobody has thought of here. */
export function allFunctions(): Sample[] {
  return [...CONTRACTS.values()].map((contract) => {
    const args = SAMPLES[contract.path];
    if (args === undefined) throw new Error(`tests/support/samples.ts has no arguments for ${contract.path}`);
    return { contract, takesId: JSON.stringify(args(PROBE)).includes(PROBE), args };
  });
}
