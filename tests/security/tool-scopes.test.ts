/** Attack class 8: what a tool does is for keys that have its scope, and for nobody else, whatever other scopes they have. */
import * as audit from "@moorage/shared/contracts/audit";
import { AGENT_SCOPES, OWNER_SCOPES, type Scope } from "@moorage/shared/scopes";
import * as fc from "fast-check";
import { isMutating } from "moorage/tool";
import { TOOLS } from "moorage/tools/index";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, openInProcess } from "../support/hosts.ts";
import { callTool } from "../support/session.ts";
import { inputOf } from "../support/tool-samples.ts";

/** The matrix, said here once more: a contract whose scope is changed by mistake does not agree with it. */
const NEEDS: Partial<Record<Scope, readonly string[]>> = {
  "deploy:read": ["deploy_catalog", "deploy_get", "deploy_list", "status_operation"],
  "deploy:write": [
    "deploy_cancel",
    "deploy_connect",
    "deploy_control",
    "deploy_create",
    "deploy_destroy",
    "deploy_disconnect",
    "deploy_plan",
    "deploy_rollback",
    "deploy_update",
  ],
  "memory:read": [
    "memory_context",
    "memory_get",
    "memory_list",
    "memory_log_list",
    "memory_log_read",
    "memory_log_search",
    "memory_search",
  ],
  "memory:write": ["memory_add", "memory_add_many", "memory_delete", "memory_log_append", "memory_update"],
  "secrets:read": ["secret_explain", "secret_list", "secret_rollout"],
  "secrets:write": ["secret_copy", "secret_delete", "secret_import_env", "secret_rotate", "secret_set"],
  "secrets:reveal": ["secret_get"],
  "status:read": ["status_alerts", "status_events", "status_jobs", "status_overview"],
  "status:write": ["status_alert_ack", "status_check", "status_job_pause", "status_job_run", "status_logs"],
  "audit:read": ["status_audit"],
};
const scopeOf = (name: string) => Object.entries(NEEDS).find(([, names]) => names.includes(name))?.[0] as Scope;

/** Tools that wait for a person's yes, in some or all of their cases. */
const APPROVED = [
  "deploy_connect",
  "deploy_control",
  "deploy_create",
  "deploy_destroy",
  "deploy_disconnect",
  "deploy_rollback",
  "deploy_update",
  "secret_copy",
  "secret_delete",
  "secret_import_env",
];

let host: Host;
beforeAll(async () => {
  host = await openInProcess();
});
afterAll(() => host.close());

describe("the matrix of tools and scopes", () => {
  it("has every tool once", () => {
    expect(Object.values(NEEDS).flat().sort()).toEqual(TOOLS.map(({ name }) => name));
  });

  it("is what keys of any scopes meet", async () => {
    const pair = fc.tuple(fc.constantFrom(...TOOLS), fc.subarray([...OWNER_SCOPES]));
    await fc.assert(
      fc.asyncProperty(pair, async ([tool, scopes]) => {
        const { backend } = await host.admit({ scopes });
        const { code } = await callTool(tool, inputOf(tool), { backend });
        expect(code === "missing_scope").toBe(!scopes.includes(scopeOf(tool.name)));
      }),
      { numRuns: 200 },
    );
  });

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    "%s is refused with every scope but its own",
    async (_, tool) => {
      const { backend } = await host.admit({ scopes: OWNER_SCOPES.filter((scope) => scope !== scopeOf(tool.name)) });
      expect(await callTool(tool, inputOf(tool), { backend })).toMatchObject({ code: "missing_scope" });
      const own = await host.admit({ scopes: [scopeOf(tool.name)] });
      expect(await callTool(tool, inputOf(tool), own)).not.toMatchObject({ code: "missing_scope" });
    },
  );

  it("lets a key that only reads write nothing", async () => {
    const owner = await host.admit();
    const scopes = OWNER_SCOPES.filter((scope) => scope.endsWith(":read"));
    const reader = await host.admit({ tenant: owner.tenant, scopes });
    for (const tool of TOOLS.filter(isMutating))
      expect.soft(await callTool(tool, inputOf(tool), reader), tool.name).toMatchObject({ code: "missing_scope" });
    expect(await owner.backend.call(audit.list, {})).toEqual({ records: [] });
  });
});

it("a coding agent's key is enough for every tool that is listed for it", () => {
  const tooLittle = TOOLS.filter(({ name, reveals }) => !reveals && !AGENT_SCOPES.includes(scopeOf(name)));
  expect(tooLittle.map(({ name }) => name)).toEqual([]);
});

it("only the listed tools ever wait for a yes", () => {
  const waiting = TOOLS.filter(({ form }) => JSON.stringify(form.result.toJSONSchema()).includes('"approvalId"'));
  expect(waiting.map(({ name }) => name)).toEqual(APPROVED);
});
