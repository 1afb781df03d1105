/** Calls of other functions. */
import type { FunctionAddress } from "../runtime/address.ts";
import type { Usage } from "../runtime/meter.ts";
import { notFound, requireVisible } from "../runtime/registry.ts";
import type { Kind } from "../types.ts";
import type { Json } from "../values/json.ts";
import { ANYWHERE, IN_ACTIONS, IN_TRANSACTIONS, type Operation } from "./operation.ts";

interface RunUdfArgs extends FunctionAddress {
  udfType: "query" | "mutation" | "snapshotQuery";
  args: Json;
  transactionLimits?: Partial<Usage>;
}

const runUdf: Operation = {
  kinds: IN_TRANSACTIONS,
  run: (execution, args: RunUdfArgs) => execution.runtime.callNested(execution, args),
};

const callFromAction = (kind: Kind): Operation => ({
  kinds: IN_ACTIONS,
  run(execution, args: FunctionAddress & { args: Json }) {
    const target = execution.runtime.resolve(execution, args);
    return execution.runtime.callFromAction(execution, kind, target, args.args);
  },
});

const createFunctionHandle: Operation = {
  kinds: ANYWHERE,
  run(execution, address: FunctionAddress) {
    const target = execution.runtime.resolve(execution, address);
    const found = execution.runtime.components.require(target.component).peek(target.path);
    if (found === "no module" || found === "no function") throw notFound(target.component, target.path);
    if (found !== "not loaded") requireVisible(target, found);
    return JSON.stringify(execution.runtime.handles.create(target));
  },
};

export const callOperations: Record<string, Operation> = {
  "1.0/runUdf": runUdf,
  "1.0/actions/query": callFromAction("query"),
  "1.0/actions/mutation": callFromAction("mutation"),
  "1.0/actions/action": callFromAction("action"),
  "1.0/createFunctionHandle": createFunctionHandle,
};
