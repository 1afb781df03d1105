/** `ctx.storage`. */
import { fileOfKey, keyOfFile } from "../files/file-key.ts";
import { deleteFile, fileMetadata, readFile, storeFile } from "../files/files.ts";
import { createUploadToken } from "../files/upload-token.ts";
import type { Execution } from "../runtime/execution.ts";
import { now } from "../store/clock.ts";
import { locateDocument } from "../store/document-id.ts";
import type { Transaction } from "../store/transaction.ts";
import { ANYWHERE, IN_ACTIONS, IN_MUTATIONS, type Operation } from "./operation.ts";
import { transactionOf } from "./transaction.ts";

interface ById {
  storageId: string;
}

/** In the caller's transaction; for an action, in one of its own. */
function reading<T>(execution: Execution, read: (tx: Transaction) => T): T | Promise<T> {
  const { tx, runtime } = execution;
  return tx === undefined ? runtime.store.read(async (own) => read(own)) : read(tx);
}

function writing<T>(execution: Execution, write: (tx: Transaction) => T): T | Promise<T> {
  const { tx, runtime } = execution;
  return tx === undefined ? runtime.store.write(async (own) => write(own)) : write(tx);
}

/** Takes a file's id, or the key that `getMetadata` gives as `storageId`. */
function idArgument(execution: Execution, { storageId }: ById, operation: string): string {
  const id = fileOfKey(execution.runtime.secret, storageId) ?? storageId;
  if (locateDocument(id) !== null) return id;
  throw new Error(`Invalid argument \`storageId\` for \`${operation}\`: Invalid storage ID: "${storageId}"`);
}

function metadata(execution: Execution, args: ById, operation: string) {
  const id = idArgument(execution, args, operation);
  return reading(execution, (tx) => fileMetadata(tx, execution.component, id));
}

const generateUploadUrl: Operation = {
  kinds: ["mutation", "action"],
  run({ runtime, component }) {
    const token = createUploadToken(runtime.secret, component, now());
    return JSON.stringify(`${runtime.cloudUrl}/api/storage/upload?token=${token}`);
  },
};

const getUrl: Operation = {
  kinds: ANYWHERE,
  async run(execution, args: ById) {
    const { secret, cloudUrl } = execution.runtime;
    const file = await metadata(execution, args, "storage.getUrl");
    return JSON.stringify(file && `${cloudUrl}/api/storage/${keyOfFile(secret, file.storageId)}`);
  },
};

const getMetadata: Operation = {
  kinds: ANYWHERE,
  async run(execution, args: ById) {
    const file = await metadata(execution, args, "storage.getMetadata");
    if (file === null) return "null";
    const storageId = keyOfFile(execution.runtime.secret, file.storageId);
    const sha256 = Buffer.from(file.sha256, "base64").toString("hex");
    return JSON.stringify({ ...file, storageId, sha256 });
  },
};

const remove: Operation = {
  kinds: ["mutation", "action"],
  async run(execution, args: ById) {
    const id = idArgument(execution, args, "storage.delete");
    const isDeleted = await writing(execution, (tx) => deleteFile(tx, execution.component, id));
    if (!isDeleted) throw new Error(`storage id ${args.storageId} not found`);
    return "null";
  },
};

const store: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, { blob, contentType, sha256 }: { blob: string; contentType: string; sha256?: string }) {
    const { tx, meter } = transactionOf(execution);
    const bytes = Buffer.from(blob, "base64");
    meter.countFileWritten(bytes.length);
    return JSON.stringify(storeFile(tx, execution.component, bytes, contentType, sha256));
  },
};

const get: Operation = {
  kinds: IN_MUTATIONS,
  run(execution, args: ById) {
    const { tx, meter } = transactionOf(execution);
    const id = idArgument(execution, args, "storage.get");
    const file = fileMetadata(tx, execution.component, id);
    if (file === null) return "null";
    meter.countFileRead(file.size);
    const blob = readFile(tx, execution.component, id)?.toString("base64");
    return JSON.stringify({ blob, contentType: file.contentType });
  },
};

const storeBlob: Operation<Promise<unknown>> = {
  kinds: IN_ACTIONS,
  async run(execution, { blob, options }: { blob: Blob; options?: { sha256?: string } }) {
    if (!(blob instanceof Blob)) throw new Error("store() expects a Blob.");
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return writing(execution, (tx) => storeFile(tx, execution.component, bytes, blob.type, options?.sha256));
  },
};

const getBlob: Operation<Promise<unknown>> = {
  kinds: IN_ACTIONS,
  async run(execution, args: ById) {
    const id = idArgument(execution, args, "storage.get");
    return reading(execution, (tx) => {
      const bytes = readFile(tx, execution.component, id);
      if (bytes === null) return null;
      const type = fileMetadata(tx, execution.component, id)?.contentType ?? "";
      return new Blob([new Uint8Array(bytes)], { type });
    });
  },
};

export const storageOperations: Record<string, Operation> = {
  "1.0/storageGenerateUploadUrl": generateUploadUrl,
  "1.0/storageGetUrl": getUrl,
  "1.0/storageGetMetadata": getMetadata,
  "1.0/storageDelete": remove,
  "1.0/storageStore": store,
  "1.0/storageGet": get,
};

export const storageJsOperations: Record<string, Operation<Promise<unknown>>> = {
  "storage/storeBlob": storeBlob,
  "storage/getBlob": getBlob,
};
