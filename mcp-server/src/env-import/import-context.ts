import type { ToolContext } from "../tool.ts";
import type { Reach } from "./files.ts";

export type ImportContext = Pick<ToolContext, "backend" | "signal"> & { reach: Reach };
