/** What a person should look at, by kind, and how urgent each is. */
export const ALERTS = {
  key_new_network: "warning",
  key_outside_networks: "warning",
  key_refusals: "warning",
  /** About a deployment, for as long as its server is not well; how bad it is stands in the row. */
  server_health: "error",
  /** A change or a creation that did not come to its end. */
  operation_failed: "error",
  /** A one-time token was shown by somebody else than its first holder. */
  enrolment_refused: "error",
  secret_rotation_due: "warning",
  provider_failing: "error",
  /** Servers at a provider that nothing here knows of. */
  servers_orphaned: "warning",
  job_failing: "error",
  integration_failing: "error",
} as const satisfies Record<string, Severity>;

export type AlertKind = keyof typeof ALERTS;
export const ALERT_KINDS = Object.keys(ALERTS) as [AlertKind, ...AlertKind[]];

export const SEVERITIES = ["info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];
