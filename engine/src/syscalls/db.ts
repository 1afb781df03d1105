/** `ctx.db`: single documents. */

import type { Execution } from "../runtime/execution.ts";
import { rowsOf } from "../store/access-record.ts";
import { isSystemTable } from "../store/catalog.ts";
import { locateDocument } from "../store/document-id.ts";
import {
  deleteDocument,
  getDocument,
  insertDocument,
  mergeFields,
  replaceDocument,
  rowKey,
  type StoredDocument,
} from "../store/documents.ts";
import { isIdentifier } from "../validate/field-path.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { findDocumentArgument, requireDocumentArgument } from "./document-argument.ts";
import { ANYWHERE, IN_MUTATIONS, IN_TRANSACTIONS, type Operation } from "./operation.ts";
import { transactionOf } from "./transaction.ts";

interface ById {
  id: string;
  table?: string;
}
interface WithValue extends ById {
  value: Json;
}

function objectArgument(value: Json, operation: string): JsonObject {
  if (!isPlainObject(value)) {
    throw new Error(`Invalid argument \`value\` for \`${operation}\`: Value must be an Object`);
  }
  return value;
}

const get: Operation = {
  kinds: IN_TRANSACTIONS,
  run(execution, args: ById & { isSystem: boolean }) {
    const { tx, meter } = transactionOf(execution);
    const found = findDocumentArgument(execution, args, "db.get");
    if (found === null) return "null";
    meter.countQuery();
    tx.recorder?.read(rowsOf(found.table.number), rowKey(found.rowId), rowKey(found.rowId + 1));
    const document = getDocument(tx, found.table, found.rowId, args.id);
    if (document === null) return "null";
    meter.countRead(document.size);
    return document.text;
  },
};

const insert: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: { table: string; value: Json }) {
    const { tx, meter } = transactionOf(execution);
    const fields = objectArgument(args.value, "db.insert");
    if (isSystemTable(args.table)) {
      throw new Error(`Invalid table name ${args.table} starts with metadata prefix '_'`);
    }
    if (!isIdentifier(args.table)) {
      throw new Error(
        `Invalid argument \`table\` for \`db.insert\`: Invalid table name: "${args.table}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
      );
    }
    const table = tx.tableForWrite(execution.component, args.table);
    const { id } = insertDocument(tx, table, fields, (size) => meter.countWrite(size));
    return `{"_id":"${id}"}`;
  },
};

/** Reads the document that is about to be changed. */
function readForWrite(execution: Execution, args: ById, operation: string, verb: string) {
  const { tx, meter } = transactionOf(execution);
  const { table, rowId } = requireDocumentArgument(execution, args, operation);
  tx.recorder?.read(rowsOf(table.number), rowKey(rowId), rowKey(rowId + 1));
  const stored: StoredDocument | null = getDocument(tx, table, rowId, args.id);
  if (stored === null) throw new Error(`${verb} on nonexistent document ID ${args.id}`);
  meter.countRead(stored.size);
  return { tx, meter, table, rowId, old: JSON.parse(stored.text) as JsonObject };
}

const shallowMerge: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: WithValue) {
    const patch = objectArgument(args.value, "db.patch");
    const { tx, meter, table, rowId, old } = readForWrite(execution, args, "db.patch", "Update");
    // The given system fields must be right; absent ones, even if "removed", stay.
    const { _id, _creationTime, ...fields } = mergeFields(old, patch);
    const given = { ...("_id" in patch ? { _id } : {}), ...("_creationTime" in patch ? { _creationTime } : {}) };
    const written = { ...fields, ...given } as JsonObject;
    replaceDocument(tx, table, rowId, old, written, (size) => meter.countWrite(size));
    return "null";
  },
};

const replace: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: WithValue) {
    const fields = objectArgument(args.value, "db.replace");
    const { tx, meter, table, rowId, old } = readForWrite(execution, args, "db.replace", "Replace");
    replaceDocument(tx, table, rowId, old, fields, (size) => meter.countWrite(size));
    return "null";
  },
};

const remove: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: ById) {
    const { tx, meter, table, rowId, old } = readForWrite(execution, args, "db.delete", "Delete");
    meter.countWrite(0);
    deleteDocument(tx, table, rowId, old);
    return "null";
  },
};

const count: Operation = {
  kinds: IN_TRANSACTIONS,
  run(execution, args: { table: string }) {
    const { tx, meter } = transactionOf(execution);
    meter.countQuery();
    const table = tx.catalog.table(execution.component, args.table);
    if (table === undefined) return "0";
    tx.recorder?.read(rowsOf(table.number), rowKey(0), rowKey(Number.MAX_SAFE_INTEGER));
    return String(tx.connection.row(table.sql.count)?.[0]);
  },
};

const normalizeId: Operation<string> = {
  kinds: ANYWHERE,
  run(execution, args: { table: string; idString: string }) {
    const table = transactionOf(execution).tx.catalog.table(execution.component, args.table);
    const location = locateDocument(args.idString);
    const isOfTable = table !== undefined && location?.tableNumber === table.number;
    return JSON.stringify({ id: isOfTable ? args.idString : null });
  },
};

export const databaseOperations: Record<string, Operation> = {
  "1.0/get": get,
  "1.0/insert": insert,
  "1.0/shallowMerge": shallowMerge,
  "1.0/replace": replace,
  "1.0/remove": remove,
  "1.0/count": count,
};

export const databaseSyncOperations: Record<string, Operation<string>> = { "1.0/db/normalizeId": normalizeId };
