/** Answers as a person at a terminal reads them; what has no form here is printed as the JSON that it is. */
import * as audit from "@moorage/shared/contracts/audit";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import * as status from "@moorage/shared/contracts/status";
import * as z from "zod";
import { isWaiting } from "../../person/waiting.ts";
import type { Result } from "../../tool.ts";
import { moment } from "../print.ts";
import { auditLines } from "./audit.ts";
import { catalogLines, changeLines, deploymentLines, fleetLines, planLines } from "./deploy.ts";
import {
  addedLines,
  addedManyLines,
  contextLines,
  entryLines,
  foundLines,
  gotLines,
  logDayLines,
  logLines,
  logReadLines,
  memoriesLines,
  memoryLines,
} from "./memory.ts";
import { explainLines, importLines, keptLines, rolloutLines, rotatedLines } from "./secret.ts";
import {
  alertLines,
  checkLines,
  eventLines,
  instanceLogLines,
  jobLines,
  operationLines,
  overviewLines,
} from "./status.ts";

type Lines = (answer: Result) => string[];

/** The tool's answer is its contract's result. */
const of = <R extends z.ZodType>(_: { result: R }, lines: (answer: z.output<R>) => string[]): Lines => lines as Lines;

/** Of each tool that is a command. */
export const FORMS: Readonly<Record<string, Lines>> = {
  deploy_cancel: of(deploy.cancel, ({ operation }) => operationLines(operation)),
  deploy_catalog: of(deploy.catalog, catalogLines),
  deploy_control: of(deploy.control, changeLines),
  deploy_create: of(deploy.create, changeLines),
  deploy_destroy: of(deploy.destroy, changeLines),
  deploy_disconnect: of(deploy.disconnect, ({ status: state }) => [
    state === "disconnected" ? "The account is forgotten." : "There was no account to forget.",
  ]),
  deploy_get: of(deploy.get, deploymentLines),
  deploy_list: of(deploy.list, ({ deployments }) => fleetLines(deployments)),
  deploy_plan: of(deploy.plan, planLines),
  deploy_rollback: of(deploy.rollback, changeLines),
  deploy_update: of(deploy.update, changeLines),
  memory_add: of(memory.add, addedLines),
  memory_add_many: of(memory.addMany, addedManyLines),
  memory_context: of(memory.context, contextLines),
  memory_delete: of(memory.delete, () => ["Forgotten."]),
  memory_get: of(memory.get, gotLines),
  memory_list: of(memory.list, ({ memories }) => memoriesLines(memories)),
  memory_log_append: of(memory.logAppend, ({ entry }) => entryLines(entry)),
  memory_log_list: of(memory.logList, logDayLines),
  memory_log_read: of(memory.logRead, logReadLines),
  memory_log_search: of(memory.logSearch, ({ entries }) => logLines(entries)),
  memory_search: of(memory.search, foundLines),
  memory_update: of(memory.update, ({ memory: updated }) => memoryLines(updated)),
  secret_copy: of(secrets.copy, (answer) => ("secret" in answer ? keptLines(answer) : [])),
  secret_explain: of(secrets.explain, explainLines),
  secret_import_env: importLines as Lines,
  secret_rollout: of(secrets.rollout, rolloutLines),
  secret_rotate: rotatedLines as Lines,
  status_alert_ack: of(status.alertAck, ({ alert }) => alertLines([alert])),
  status_alerts: of(status.alerts, ({ alerts }) => alertLines(alerts)),
  status_audit: of({ result: z.union([audit.list.result, audit.verify.result]) }, auditLines),
  status_check: of(status.check, checkLines),
  status_events: of(status.events, ({ events }) => eventLines(events)),
  status_job_pause: of(jobs.pause, ({ job }) => jobLines({ jobs: [job] })),
  status_job_run: of(jobs.start, ({ job }) => jobLines({ jobs: [job] })),
  status_jobs: of({ result: jobs.list.result.extend(jobs.runs.result.partial().shape) }, jobLines),
  status_logs: of(status.logs, instanceLogLines),
  status_operation: of(status.operation, ({ operation }) => operationLines(operation)),
  status_overview: of({ result: status.overview.result.extend({ backend: z.string() }) }, overviewLines),
};

/** Undefined for an answer that has no form. */
export function linesOf(tool: string, answer: Result): string[] | undefined {
  if (isWaiting(answer)) {
    const { command, expiresAt } = answer as { command?: string; expiresAt: string };
    return [`This waits for a yes, until ${moment(expiresAt)}:`, "", `  ${command}`, "", "Then make the call again."];
  }
  const lines = FORMS[tool]?.(answer);
  const { cursor } = answer as { cursor?: string };
  return lines === undefined || cursor === undefined ? lines : [...lines, "", `There is more: --cursor ${cursor}`];
}
