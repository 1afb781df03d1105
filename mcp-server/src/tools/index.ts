/** Every tool there is, by name. */
import type { Tool } from "../tool.ts";
import deployCancel from "./deploy/cancel.ts";
import deployCatalog from "./deploy/catalog.ts";
import deployConnect from "./deploy/connect.ts";
import deployControl from "./deploy/control.ts";
import deployCreate from "./deploy/create.ts";
import deployDestroy from "./deploy/destroy.ts";
import deployDisconnect from "./deploy/disconnect.ts";
import deployGet from "./deploy/get.ts";
import deployList from "./deploy/list.ts";
import deployPlan from "./deploy/plan.ts";
import deployRollback from "./deploy/rollback.ts";
import deployUpdate from "./deploy/update.ts";
import memoryAdd from "./memory/add.ts";
import memoryAddMany from "./memory/add-many.ts";
import memoryContext from "./memory/context.ts";
import memoryDelete from "./memory/delete.ts";
import memoryGet from "./memory/get.ts";
import memoryList from "./memory/list.ts";
import memoryLogAppend from "./memory/log-append.ts";
import memoryLogList from "./memory/log-list.ts";
import memoryLogRead from "./memory/log-read.ts";
import memoryLogSearch from "./memory/log-search.ts";
import memorySearch from "./memory/search.ts";
import memoryUpdate from "./memory/update.ts";
import secretCopy from "./secret/copy.ts";
import secretDelete from "./secret/delete.ts";
import secretExplain from "./secret/explain.ts";
import secretGet from "./secret/get.ts";
import secretImportEnv from "./secret/import-env.ts";
import secretList from "./secret/list.ts";
import secretRollout from "./secret/rollout.ts";
import secretRotate from "./secret/rotate.ts";
import secretSet from "./secret/set.ts";
import statusAlertAck from "./status/alert-ack.ts";
import statusAlerts from "./status/alerts.ts";
import statusAudit from "./status/audit.ts";
import statusCheck from "./status/check.ts";
import statusEvents from "./status/events.ts";
import statusJobPause from "./status/job-pause.ts";
import statusJobRun from "./status/job-run.ts";
import statusJobs from "./status/jobs.ts";
import statusLogs from "./status/logs.ts";
import statusOperation from "./status/operation.ts";
import statusOverview from "./status/overview.ts";

export const TOOLS: readonly Tool[] = [
  deployCancel,
  deployCatalog,
  deployConnect,
  deployControl,
  deployCreate,
  deployDestroy,
  deployDisconnect,
  deployGet,
  deployList,
  deployPlan,
  deployRollback,
  deployUpdate,
  memoryAdd,
  memoryAddMany,
  memoryContext,
  memoryDelete,
  memoryGet,
  memoryList,
  memoryLogAppend,
  memoryLogList,
  memoryLogRead,
  memoryLogSearch,
  memorySearch,
  memoryUpdate,
  secretCopy,
  secretDelete,
  secretExplain,
  secretGet,
  secretImportEnv,
  secretList,
  secretRollout,
  secretRotate,
  secretSet,
  statusAlertAck,
  statusAlerts,
  statusAudit,
  statusCheck,
  statusEvents,
  statusJobPause,
  statusJobRun,
  statusJobs,
  statusLogs,
  statusOperation,
  statusOverview,
];
