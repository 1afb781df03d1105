/** What a person is shown before a secret reaches more agents, or goes. */
import type { Doc } from "../../_generated/dataModel.ts";
import { describe, type Place } from "./place.ts";

/** Whether a copy would reach agents that the original does not. Default and global values reach all. */
export const isWider = (from: Place, to: Place): boolean => from.level === "agent" && to.agent !== from.agent;

export const copyLines = (from: Place, version: number, to: Place): string[] => [
  `Copy the secret ${describe(from)}, version ${version}`,
  `to ${describe(to)}${to.level === "agent" ? "" : ", from where every agent gets it"}.`,
];

export function deleteLines(place: Place, version: number, uses: readonly Doc<"secretUses">[]): string[] {
  const agents = uses.map(({ agent }) => agent).sort();
  return [
    `Delete the secret ${describe(place)}, version ${version}.`,
    agents.length === 0
      ? "Nobody resolved it in the last 30 days."
      : `Resolved in the last 30 days by: ${agents.join(", ")}.`,
  ];
}
