/** `ctx.db.query`: streams and pages. */
import { readPage } from "../query/page.ts";
import { QueryStream } from "../query/stream.ts";
import type { WireQuery } from "../query/wire.ts";
import { IN_TRANSACTIONS, type Operation } from "./operation.ts";
import { transactionOf } from "./transaction.ts";

const queryStream: Operation<string> = {
  kinds: IN_TRANSACTIONS,
  run(execution, args: { query: WireQuery }) {
    const { tx, meter } = transactionOf(execution);
    const queryId = execution.nextQueryId++;
    execution.queries.set(queryId, new QueryStream(tx, execution.component, args.query, meter));
    return `{"queryId":${queryId}}`;
  },
};

const queryStreamNext: Operation = {
  kinds: IN_TRANSACTIONS,
  run(execution, args: { queryId: number }) {
    const stream = execution.queries.get(args.queryId);
    if (stream === undefined) throw new Error("in-progress query not found");
    const row = stream.next();
    if (row !== null) return `{"value":${row.text},"done":false}`;
    execution.queries.delete(args.queryId);
    return '{"value":null,"done":true}';
  },
};

const queryCleanup: Operation<string> = {
  kinds: IN_TRANSACTIONS,
  run: (execution, args: { queryId: number }) => String(execution.queries.delete(args.queryId)),
};

interface QueryPageArgs {
  query: WireQuery;
  /** Left out like null: from the start. */
  cursor?: string | null;
  endCursor?: string | null;
  pageSize: number;
  maximumRowsRead: number | null;
  maximumBytesRead?: number | null;
}

const queryPage: Operation = {
  kinds: IN_TRANSACTIONS,
  run(execution, args: QueryPageArgs) {
    const { tx, meter } = transactionOf(execution);
    if (execution.component !== "") throw new Error("paginate() is only supported in the app, not in components.");
    const request = { ...args, cursor: args.cursor ?? null, endCursor: args.endCursor ?? null };
    const page = readPage(tx, execution.component, request, meter, execution.runtime.secret);
    if (execution.hasPaginated) {
      throw new Error(
        "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query in each function.",
      );
    }
    execution.hasPaginated = true;
    const { isDone, continueCursor, splitCursor, pageStatus } = page;
    const rest = JSON.stringify({ isDone, continueCursor, splitCursor, pageStatus });
    return `{"page":[${page.rows.map((row) => row.text).join(",")}],${rest.slice(1)}`;
  },
};

export const queryOperations: Record<string, Operation> = {
  "1.0/queryStreamNext": queryStreamNext,
  "1.0/queryPage": queryPage,
};

export const querySyncOperations: Record<string, Operation<string>> = {
  "1.0/queryStream": queryStream,
  "1.0/queryCleanup": queryCleanup,
};
