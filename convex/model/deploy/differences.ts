/** What is different between two configurations, as a person is shown it. */
import type { Infer } from "convex/values";
import type { vConfiguration } from "../../tables/deploy.ts";
import { isSameImage, pinned } from "./image.ts";

export type Configuration = Infer<typeof vConfiguration>;

export interface Differences {
  lines: string[];
  /** It changes what runs, what it can reach or who can reach it: that is a person's to allow. */
  needsApproval: boolean;
}

/** The digest counts where the name says nothing. */
const shown = (one: Configuration, other: Configuration): string =>
  one.image === other.image ? pinned(one) : one.image;

const LISTS = { secrets: "Secret", urls: "URL", channels: "Channel" } as const;

export function differences(before: Configuration, after: Configuration): Differences {
  const grave = [
    ...(isSameImage(before, after) ? [] : [`Image: ${shown(before, after)} → ${shown(after, before)}`]),
    ...change("Tunnel's secret", before.tunnelSecret, after.tunnelSecret),
    ...(Object.keys(LISTS) as (keyof typeof LISTS)[]).flatMap((field) =>
      listed(LISTS[field], before[field], after[field]),
    ),
  ];
  const light = change("Model", before.model, after.model);
  return { lines: [...grave, ...light], needsApproval: grave.length > 0 };
}

const change = (what: string, before: string | undefined, after: string | undefined): string[] =>
  before === after ? [] : [`${what}: ${before ?? "none"} → ${after ?? "none"}`];

const listed = (what: string, before: readonly string[], after: readonly string[]): string[] => [
  ...before.filter((one) => !after.includes(one)).map((one) => `${what} removed: ${one}`),
  ...after.filter((one) => !before.includes(one)).map((one) => `${what} added: ${one}`),
];
