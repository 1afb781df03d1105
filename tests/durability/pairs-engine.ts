import { createEngine, type Engine } from "@moorage/engine";
import schema from "./functions/schema.ts";

export const openPairs = (path: string): Engine =>
  createEngine({
    schema,
    modules: { "./pairs.ts": () => import("./functions/pairs.ts") },
    storage: { kind: "file", path },
  });
