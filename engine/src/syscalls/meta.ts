/** What a function may know of itself, its request and its transaction. */
import { type SignJwtOptions, signJwt } from "../auth/deployment-jwt.ts";
import { encodeCommitTs } from "../runtime/commit-ts.ts";
import { ANYWHERE, IN_MUTATIONS, IN_TRANSACTIONS, type Operation } from "./operation.ts";
import { transactionOf } from "./transaction.ts";

const getFunctionMetadata: Operation = {
  kinds: ANYWHERE,
  run: ({ path, component }) => JSON.stringify({ name: path, componentPath: component }),
};

const getRequestMetadata: Operation = {
  kinds: ["mutation", "action"],
  run: ({ request }) => JSON.stringify(request),
};

const getDeploymentMetadata: Operation = {
  kinds: ANYWHERE,
  run: ({ runtime }) => JSON.stringify(runtime.deployment),
};

const getTransactionMetrics: Operation = {
  kinds: IN_TRANSACTIONS,
  run: (execution) => JSON.stringify(transactionOf(execution).meter.report()),
};

const getSnapshotTs: Operation<string> = {
  kinds: ANYWHERE,
  run({ tx }) {
    if (tx === undefined) throw new Error("getSnapshotTs() can only be called from a query or mutation.");
    return JSON.stringify(encodeCommitTs(tx.snapshotTs));
  },
};

/** Claims in their own right are at the top level; identity is the app's, no component sees it. */
const getUserIdentity: Operation = {
  kinds: ANYWHERE,
  run: ({ identity }) => JSON.stringify(identity),
};

/** A token signed by the deployment: by its app, or by one of its components. */
const sign: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: SignJwtOptions) {
    const { tx } = transactionOf(execution);
    const { cloudUrl } = execution.runtime;
    const issuer = execution.component === "" ? cloudUrl : `${cloudUrl}/components/${execution.component}`;
    return JSON.stringify(signJwt(tx.connection, issuer, tx.startedAt, args));
  },
};

/** Where audit logs are not kept, writing one does nothing. */
const auditLog: Operation = { kinds: IN_TRANSACTIONS, run: () => "null" };

export const metaOperations: Record<string, Operation> = {
  "1.0/getFunctionMetadata": getFunctionMetadata,
  "1.0/getRequestMetadata": getRequestMetadata,
  "1.0/getDeploymentMetadata": getDeploymentMetadata,
  "1.0/getTransactionMetrics": getTransactionMetrics,
  "1.0/getUserIdentity": getUserIdentity,
  "1.0/signJwt": sign,
  "1.0/auditLog": auditLog,
};

export const metaSyncOperations: Record<string, Operation<string>> = { "1.0/getSnapshotTs": getSnapshotTs };
