/** Every public function by its path; the door forwards nothing else. */
import type { Contract } from "../contract.ts";
import * as keys from "./keys.ts";
import * as memory from "./memory.ts";

const isContract = (value: unknown): value is Contract =>
  typeof value === "object" && value !== null && "path" in value && "scope" in value;

export const CONTRACTS: ReadonlyMap<string, Contract> = new Map(
  [keys, memory]
    .flatMap((family) => Object.values<unknown>(family).filter(isContract))
    .map((contract) => [contract.path, contract]),
);
