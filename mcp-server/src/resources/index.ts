import type { Resource } from "../resource.ts";
import { deployments } from "./deployments.ts";
import { memories } from "./memories.ts";

/** Every resource, in the order in which clients list them. */
export const RESOURCES: readonly Resource[] = [...memories, ...deployments];
