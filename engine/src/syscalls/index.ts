/** The table of operations. An operation that is not here fails by its name. */
import { callOperations } from "./call.ts";
import { databaseOperations, databaseSyncOperations } from "./db.ts";
import { metaOperations, metaSyncOperations } from "./meta.ts";
import type { Operation } from "./operation.ts";
import { queryOperations, querySyncOperations } from "./query.ts";
import { refusedOperations } from "./refused.ts";
import { scheduleOperations } from "./schedule.ts";
import { storageJsOperations, storageOperations } from "./storage.ts";
import { vectorOperations } from "./vector.ts";

export const syncOperations: ReadonlyMap<string, Operation<string>> = new Map(
  Object.entries({ ...databaseSyncOperations, ...querySyncOperations, ...metaSyncOperations }),
);

export const asyncOperations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...databaseOperations,
    ...queryOperations,
    ...callOperations,
    ...metaOperations,
    ...scheduleOperations,
    ...storageOperations,
    ...vectorOperations,
    ...refusedOperations,
  }),
);

export const jsOperations: ReadonlyMap<string, Operation<Promise<unknown>>> = new Map(
  Object.entries({ ...storageJsOperations }),
);
