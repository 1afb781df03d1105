/** Every public function by its path; the door forwards nothing else. */
import type { Contract } from "../contract.ts";
import * as approvals from "./approvals.ts";
import * as audit from "./audit.ts";
import * as completions from "./completions.ts";
import * as deploy from "./deploy.ts";
import * as embeddings from "./embeddings.ts";
import * as instances from "./instances.ts";
import * as jobs from "./jobs.ts";
import * as keys from "./keys.ts";
import * as memory from "./memory.ts";
import * as oldMemory from "./old-memory.ts";
import * as pages from "./pages.ts";
import * as presence from "./presence.ts";
import * as secrets from "./secrets.ts";
import * as status from "./status.ts";
import * as transfer from "./transfer.ts";
import * as webhook from "./webhook.ts";

const isContract = (value: unknown): value is Contract =>
  typeof value === "object" && value !== null && "path" in value && "scope" in value;

export const CONTRACTS: ReadonlyMap<string, Contract> = new Map(
  [
    approvals,
    audit,
    completions,
    deploy,
    embeddings,
    instances,
    jobs,
    keys,
    memory,
    oldMemory,
    pages,
    presence,
    secrets,
    status,
    transfer,
    webhook,
  ]
    .flatMap((family) => Object.values<unknown>(family).filter(isContract))
    .map((contract) => [contract.path, contract]),
);
