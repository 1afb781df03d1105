/** Values for a prompt's argument or a resource's variable, while a person types it. */
import * as completions from "@moorage/shared/contracts/completions";
import type { Backend } from "./backend/types.ts";
import { findPrompt, type Prompt } from "./prompt.ts";
import { invalidParams } from "./protocol-error.ts";
import type { Resource } from "./resource.ts";

/** As MCP has it. */
const MOST_VALUES = 100;
/** As the contract has it; no name is longer. */
const LONGEST_VALUE = 128;

export interface Typed {
  readonly value: string;
  /** The other arguments that are filled in already. */
  readonly others: Readonly<Record<string, string>>;
  readonly backend: Backend;
  readonly signal: AbortSignal;
}

export interface Values {
  values: string[];
  more: boolean;
}

export type Complete = (typed: Typed) => Promise<Values>;

type Field = "agent" | "logAgent" | "project" | "day" | "memory";

/** Names that memories and logs have: those of one agent, where the other arguments name one. */
export const valuesOf =
  (field: Field): Complete =>
  ({ value, others, backend, signal }) => {
    const agent = others["agent"] ? { agent: others["agent"] } : {};
    return backend.call(completions.values, { field, prefix: value, ...agent }, { signal });
  };

export interface Completed {
  readonly prompts: ReadonlyMap<string, Prompt>;
  readonly resources: readonly Resource[];
}

/** The answer to completion/complete. What has no list of its own has no values. */
export async function completeArgument(
  offered: Completed,
  params: Readonly<Record<string, unknown>>,
  context: Pick<Typed, "backend" | "signal">,
) {
  const { ref, argument, context: before } = params as { [name: string]: Record<string, unknown> | undefined };
  const { name, value } = argument ?? {};
  if (typeof name !== "string" || typeof value !== "string") throw invalidParams("argument has a name and a value");
  const complete = completesOf(offered, ref ?? {})[name];
  if (complete === undefined) return { completion: { values: [], hasMore: false } };
  const others = textsIn(before?.["arguments"]);
  const { values, more } = await complete({ ...context, value: value.slice(0, LONGEST_VALUE), others });
  return { completion: { values: values.slice(0, MOST_VALUES), hasMore: more || values.length > MOST_VALUES } };
}

function completesOf({ prompts, resources }: Completed, { type, name, uri }: Record<string, unknown>) {
  switch (type) {
    case "ref/prompt": {
      const { arguments: known } = findPrompt(prompts, name);
      return Object.fromEntries(Object.entries(known).map(([argument, { complete }]) => [argument, complete]));
    }
    case "ref/resource": {
      const resource = resources.find((one) => one.uri === uri);
      if (resource === undefined) throw invalidParams("ref: there is no resource with this uri");
      return resource.complete ?? {};
    }
    default:
      throw invalidParams('ref: its type is "ref/prompt" or "ref/resource"');
  }
}

const textsIn = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
