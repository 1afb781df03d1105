/** A contract's schemas as a client shows them to a model: every word of them is paid for in each session. */
import * as z from "zod";

export interface JsonSchema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  maximum?: number;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

export function inputJsonSchema(args: z.ZodObject, filled: readonly string[]): JsonSchema {
  const schema = trim(z.toJSONSchema(args, { target: "draft-2020-12", io: "input" }) as JsonSchema, { closed: true });
  const shown = (name: string) => !filled.includes(name);
  const required = (schema.required ?? []).filter(shown);
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => shown(name)));
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}

/** Left open: an answer may gain fields without a client refusing it. */
export function outputJsonSchema(result: z.ZodType): JsonSchema {
  return trim(z.toJSONSchema(result, { target: "draft-2020-12", io: "output" }) as JsonSchema, { closed: false });
}

/**
 * Keeps what helps a caller to fill a field in. Lengths, patterns and most bounds are enforced, and explained when they
 * are broken; the most that a count may be is asked for too often to be left to that.
 */
function trim(schema: JsonSchema, mode: { closed: boolean }): JsonSchema {
  const { type, description, properties, required, additionalProperties, items, maximum = Infinity } = schema;
  const options = (schema.anyOf ?? schema.oneOf)?.map((option) => trim(option, mode));
  if (options?.every((option) => option.properties !== undefined)) return compact({ ...merge(options), description });
  if (options !== undefined) {
    const types = new Set(options.flatMap((option) => option.type ?? []));
    return compact({ type: types.size === 1 ? [...types][0] : [...types], description });
  }
  return compact({
    type,
    description,
    properties:
      properties && Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, trim(field, mode)])),
    required,
    additionalProperties: mode.closed ? additionalProperties : undefined,
    items: items && trim(items, { closed: false }),
    enum: schema.enum,
    const: schema.const,
    maximum: maximum < Number.MAX_SAFE_INTEGER && !isRange(description) ? maximum : undefined,
  });
}

/** A description that says the bounds already. */
const isRange = (description = "") => /^\d+-\d+$/.test(description);

/** Several objects of which one comes, as one that each of them fits: few clients make sense of a choice. */
function merge(options: JsonSchema[]): JsonSchema {
  const names = [...new Set(options.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const property = (name: string) => {
    const forms = options.flatMap(({ properties = {} }) => properties[name] ?? []);
    const values = [...new Set(forms.flatMap((form) => (form.const === undefined ? (form.enum ?? []) : [form.const])))];
    return values.length > 1 ? compact({ type: forms[0]?.type, enum: values }) : (forms[0] ?? {});
  };
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, property(name)])),
    required: names.filter((name) => options.every(({ required = [] }) => required.includes(name))),
  };
}

function compact(schema: { [K in keyof JsonSchema]: JsonSchema[K] | undefined }): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
