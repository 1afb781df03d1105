/** The audit trail for a person. */
import type { ResultOf } from "@moorage/shared/contract";
import type { list, verify } from "@moorage/shared/contracts/audit";
import { moment, tableLines } from "../print.ts";

export const auditLines = (answer: ResultOf<typeof list> | ResultOf<typeof verify>): string[] =>
  "records" in answer ? recordLines(answer) : chainLines(answer);

function recordLines({ records }: ResultOf<typeof list>): string[] {
  if (records.length === 0) return ["Nothing is on record there."];
  const rows = records.map(({ at, keyId, function: called, outcome, count, subjects }) => [
    moment(at),
    keyId,
    called,
    count === 1 ? outcome : `${outcome}, ${count} times`,
    subjects.join(" ") || "-",
  ]);
  return tableLines(["AT", "KEY", "CALL", "OUTCOME", "ABOUT"], rows);
}

function chainLines({ checked, problems, unsealed }: ResultOf<typeof verify>): string[] {
  return [
    problems.length === 0
      ? `${checked} records are as they were sealed.`
      : `Of ${checked} records, not all are as they were sealed:`,
    ...problems.map(({ kind, at }) => `  ${kind.replaceAll("_", " ")}: ${at}`),
    ...(unsealed === 0 ? [] : [`${unsealed} wait for the next seal, which comes each minute.`]),
  ];
}
