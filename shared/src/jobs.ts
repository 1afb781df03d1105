/** What is done for every tenant while nobody asks. Each run is on record, and so is what a run came too late for. */
export const JOBS = {
  stale_servers: { title: "Find servers that have fallen silent", everyMinutes: 5 },
  provider_health: { title: "Check the connections to providers", everyMinutes: 15 },
  integration_checks: { title: "Check keys, the audit trail and the webhook", everyMinutes: 60 },
  secret_rotation: { title: "Find secrets that are due for rotation", everyMinutes: 24 * 60 },
  orphan_sweep: { title: "Find servers at providers that nothing here knows of", everyMinutes: 24 * 60 },
  retention: { title: "Remove what is older than the policy keeps", everyMinutes: 24 * 60 },
  daily_summary: { title: "Write the day's summary into the agents' logs", everyMinutes: 24 * 60 },
} as const satisfies Record<string, { title: string; everyMinutes: number }>;

export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as [JobName, ...JobName[]];

export const RUN_OUTCOMES = ["running", "ok", "failed", "interrupted"] as const;

/** Days that things are kept for, where the tenant has set nothing else. */
export const RETENTION_DAYS = { events: 90, logs: 7, configurations: 365, runs: 30, alerts: 180 } as const;
export type Kept = keyof typeof RETENTION_DAYS;
export const KEPT = Object.keys(RETENTION_DAYS) as [Kept, ...Kept[]];
