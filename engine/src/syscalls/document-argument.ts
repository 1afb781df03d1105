/** The `id` argument of database operations, with the backend's sentences. */
import type { Execution } from "../runtime/execution.ts";
import { isSystemTable, type TableEntry } from "../store/catalog.ts";
import { locateDocument } from "../store/document-id.ts";
import { transactionOf } from "./transaction.ts";

export interface DocumentArgument {
  readonly table: TableEntry;
  readonly rowId: number;
}

function decode(id: unknown, operation: string) {
  if (typeof id !== "string")
    throw new Error(`Invalid arguments for \`${operation}\`: invalid type, expected a string`);
  const location = locateDocument(id);
  if (location !== null) return location;
  const reason = id.length < 31 || id.length > 37 ? `Invalid ID length ${id.length}` : "Invalid ID";
  throw new Error(`Invalid argument \`id\` for \`${operation}\`: Unable to decode ID: ${reason}`);
}

function checkSystem(table: TableEntry, isSystem: boolean): void {
  if (isSystem && !isSystemTable(table.name)) throw new Error("User tables cannot be accessed with db.system.");
  if (!isSystem && isSystemTable(table.name)) {
    throw new Error("System tables can only be accessed with db.system.");
  }
}

/** Where the document with this id is, or null if its table is none of this component's. */
export function findDocumentArgument(
  execution: Execution,
  args: { id: unknown; table?: string; isSystem?: boolean },
  operation: string,
): DocumentArgument | null {
  const { tableNumber, rowId } = decode(args.id, operation);
  const table = transactionOf(execution).tx.catalog.byNumber(tableNumber);
  if (table === undefined || table.component !== execution.component) return null;
  checkSystem(table, args.isSystem ?? false);
  if (args.table !== undefined && args.table !== table.name) {
    throw new Error(
      `Invalid argument \`id\` for \`${operation}\`: expected to be an Id<"${args.table}">, got Id<"${table.name}"> instead.`,
    );
  }
  return { table, rowId };
}

export function requireDocumentArgument(
  execution: Execution,
  args: { id: string; table?: string },
  operation: string,
): DocumentArgument {
  const found = findDocumentArgument(execution, args, operation);
  if (found === null) {
    throw new Error(`Invalid argument \`id\` for \`${operation}\`: Table for ID "${args.id}" not found`);
  }
  return found;
}
