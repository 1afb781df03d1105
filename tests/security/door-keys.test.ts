import * as memory from "@moorage/shared/contracts/memory";
import { SCOPES } from "@moorage/shared/scopes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTS, type Host } from "../support/hosts.ts";
import { allFunctions } from "../support/samples.ts";
import { call } from "../support/wire.ts";

const functions = allFunctions();
const add = { type: "fact", content: "The harbour opens at six." };
const opId = () => crypto.randomUUID();

describe.each(HOSTS)("a key in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  it("stops at once when it is revoked, and what it wrote last stays", async () => {
    const tenant = "revoked";
    const caller = await host.admit({ tenant });
    const { value } = await call(caller, memory.add, { ...add, opId: opId() });
    await host.engine.mutation("keys:end", { keyId: caller.keyId });
    for (const { contract, args } of functions)
      expect(await call(caller, contract, args(value.memory.id))).toMatchObject({ errorMessage: "unauthenticated" });
    const other = await host.admit({ tenant });
    const list = await call(other, memory.list, {});
    expect(list.value.memories).toHaveLength(1);
  });

  it("is refused once it has expired", async () => {
    const expired = await host.admit({ expiresAt: Date.now() - 1 });
    expect(await call(expired, memory.list, {})).toMatchObject({ errorMessage: "unauthenticated" });
  });

  it("is refused from a network that is not its own", async () => {
    const elsewhere = await host.admit({ cidrs: ["198.51.100.0/24", "2001:db8::/32"] });
    expect(await call(elsewhere, memory.list, {})).toMatchObject({ errorMessage: "network_refused" });
    const here = await host.admit({ cidrs: ["127.0.0.0/8", "::1/128"] });
    expect(await call(here, memory.list, {})).toMatchObject({ status: "success" });
  });

  it.each(SCOPES)("without the scope %s is refused every function that needs it, and no other", async (missing) => {
    const caller = await host.admit({ scopes: SCOPES.filter((scope) => scope !== missing) });
    for (const { contract, args } of functions) {
      const { errorMessage } = await call(caller, contract, args("k570000000000000000000000000"));
      if (contract.scope === missing) expect([contract.path, errorMessage]).toEqual([contract.path, "missing_scope"]);
      else expect([contract.path, errorMessage]).not.toEqual([contract.path, "missing_scope"]);
    }
  });

  it("writes nothing in a read-only session", async () => {
    const caller = await host.admit();
    for (const { contract, args } of functions) {
      if (!contract.scope.endsWith(":write")) continue;
      const answer = await call(caller, contract, args("k570000000000000000000000000"), { "moorage-mode": "read" });
      expect([contract.path, answer.errorMessage]).toEqual([contract.path, "read_only"]);
    }
    const { value } = await call(caller, memory.list, {}, { "moorage-mode": "read" });
    expect(value.memories).toEqual([]);
  });

  it("speaks for its own agent, whatever its calls say", async () => {
    const bound = await host.admit({ agent: "harbourmaster" });
    const { value } = await call(bound, memory.add, { ...add, agent: "someone-else", opId: opId() });
    expect(value.memory.agent).toBe("harbourmaster");
  });
});
