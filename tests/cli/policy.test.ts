/** An agent asks, a person answers at a terminal: what each policy lets through. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { createBackend } from "moorage/backend/client";
import { openEmbedded } from "moorage/backend/embedded/open";
import type { Backend } from "moorage/backend/types";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

let root: string;
let home: Home;
let agent: Backend;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "moorage-policy-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
  const open = () => openEmbedded({ ...home, key: "agent" });
  agent = createBackend(open, { clientName: () => "tests", readOnly: false });
  await moorage(home, ["secret", "set", "API_KEY"], { stdin: "x" });
});
afterEach(async () => {
  await agent.close();
  rmSync(root, { recursive: true });
});

const remove = () => agent.call(secrets.delete, { name: "API_KEY" });

async function ask() {
  const answer = await remove();
  if (answer.status !== "waiting_for_user") throw new Error(`It did not wait: ${answer.status}`);
  return (await agent.call(approvals.get, { id: answer.approvalId })).approval;
}

it("under owner an agent's own yes counts for nothing, and a person's does", async () => {
  await moorage(home, ["policy", "set", "owner"]);
  const { id, digest } = await ask();
  const own = agent.call(approvals.decide, { id, digest, decision: "approve" });
  await expect(own).rejects.toMatchObject({ code: "approval_refused" });
  expect((await remove()).status).toBe("waiting_for_user");
  expect((await moorage(home, ["approve", id, "--yes", digest])).code).toBe(0);
  expect((await remove()).status).toBe("deleted");
});

it("under owner a person does not approve what they asked for themselves", async () => {
  await moorage(home, ["policy", "set", "owner"]);
  const { stdout } = await moorage(home, ["secret", "delete", "API_KEY"]);
  const { approvalId } = JSON.parse(stdout);
  const { digest } = JSON.parse((await moorage(home, ["approve"])).stdout).approvals[0];
  const { code, stderr } = await moorage(home, ["approve", approvalId, "--yes", digest]);
  expect(code).toBe(1);
  expect(stderr).toContain("This key may not decide about this approval.");
});

it("a person's no reaches the agent, which is told not to ask again", async () => {
  const { id } = await ask();
  expect((await moorage(home, ["approve", id, "--decline"])).code).toBe(0);
  await expect(remove()).rejects.toMatchObject({ code: "approval_declined" });
  expect((await agent.call(secrets.list, {})).secrets).toHaveLength(1);
});
