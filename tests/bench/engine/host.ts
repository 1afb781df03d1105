/** The engine with the bench's own functions, through its public interface alone. */
import { createEngine, type Engine } from "@moorage/engine";
import schema from "../functions/schema.ts";
import { note } from "./notes.ts";

const ROWS_A_MUTATION = 500;

export type Synchronous = "FULL" | "NORMAL" | "OFF";

export const openEngine = (path: string, synchronous: Synchronous): Engine =>
  createEngine({
    schema,
    modules: {
      "./counters.ts": () => import("../functions/counters.ts"),
      "./notes.ts": () => import("../functions/notes.ts"),
    },
    storage: { kind: "file", path, synchronous },
  });

/** Writes the notes; how many a second. */
export async function fillEngine(path: string, count: number): Promise<number> {
  const engine = openEngine(path, "OFF");
  const started = performance.now();
  for (let from = 0; from < count; from += ROWS_A_MUTATION) {
    const notes = Array.from({ length: Math.min(ROWS_A_MUTATION, count - from) }, (_, i) => note(from + i));
    await engine.mutation("notes:load", { notes: notes.map((each) => ({ ...each })) });
  }
  const seconds = (performance.now() - started) / 1000;
  await engine.close();
  return count / seconds;
}
