import type { Figure } from "./measure/figures.ts";

/** One table of a section. It may fill the folder, which is removed afterwards. */
type Measure = (folder: string) => Promise<Figure[]>;

/** Tables by name: `mcp` runs all of that section, `mcp/calls` one of them. Each loads what it needs when it runs. */
export type Section = Readonly<Record<string, Measure>>;
