import { toCleanJson, toExportJsonText } from "../values/format.ts";
import type { Json } from "../values/json.ts";
import { ProtocolError } from "./protocol-error.ts";

export type ValueFormat = "encoded" | "clean" | "export";

const FORMATS: Record<string, ValueFormat> = {
  convex_encoded_json: "encoded",
  convex_json: "encoded",
  json: "clean",
  convex_clean_json: "clean",
  export_json: "export",
};

export function readFormat(name: string | undefined, fallback: ValueFormat): ValueFormat {
  if (name === undefined) return fallback;
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined)
    throw new ProtocolError(400, "BadFormat", `format param must be one of [\`json\`]. Got ${name}`);
  return format;
}

/** Convex-encoded JSON text in the format the client asked for. */
export function renderValue(encoded: string, format: ValueFormat): string {
  if (format === "encoded") return encoded;
  const value = JSON.parse(encoded) as Json;
  return format === "clean" ? JSON.stringify(toCleanJson(value)) : toExportJsonText(value);
}
