/** `ctx.vectorSearch`. */
import { type VectorQuery, vectorSearch } from "../query/vector-search.ts";
import { IN_ACTIONS, type Operation } from "./operation.ts";

const search: Operation = {
  kinds: IN_ACTIONS,
  async run({ runtime, component }, { query }: { query: VectorQuery }) {
    const matches = await runtime.store.read(async (tx) => vectorSearch(tx, component, query));
    return JSON.stringify({ results: matches.map(({ id, score }) => ({ _id: id, _score: score })) });
  },
};

export const vectorOperations: Record<string, Operation> = { "1.0/actions/vectorSearch": search };
