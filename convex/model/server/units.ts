/** systemd's part: it starts, repeats and times what the scripts do. */
import { ETC, OPT } from "./places.ts";
import type { File } from "./spec.ts";

type Section = Record<string, string | readonly string[]>;

/** A unit file, from its sections; a list is one line each. */
function unit(name: string, sections: Record<string, Section>): File {
  const text = Object.entries(sections).map(([title, fields]) => {
    const lines = Object.entries(fields).flatMap(([key, value]) =>
      (typeof value === "string" ? [value] : value).map((one) => `${key}=${one}`),
    );
    return [`[${title}]`, ...lines, ""].join("\n");
  });
  return { path: `/etc/systemd/system/${name}`, mode: "0644", content: text.join("\n") };
}

const ENROLLED = `${ETC}/server.key`;
const once = (script: string, extra: Section = {}): Section => ({
  Type: "oneshot",
  ExecStart: `${OPT}/${script}`,
  ...extra,
});

export const units: readonly File[] = [
  unit("moorage-firewall.service", {
    Unit: { Description: "Keep containers off the metadata service", After: "ufw.service", Before: "docker.service" },
    Service: once("firewall", { RemainAfterExit: "yes" }),
    Install: { WantedBy: ["docker.service", "multi-user.target"] },
  }),
  unit("moorage-start.service", {
    Unit: {
      Description: "Enrol with Moorage and start the agent",
      Wants: "network-online.target",
      After: "network-online.target moorage-firewall.service",
      StartLimitIntervalSec: "0",
    },
    Service: once("start", {
      ExecStartPre: `${OPT}/docker`,
      Restart: "on-failure",
      RestartSec: "30",
      TimeoutStartSec: "1800",
    }),
    Install: { WantedBy: "multi-user.target" },
  }),
  unit("moorage-beat.service", {
    Unit: { Description: "Report to Moorage", ConditionPathExists: ENROLLED },
    Service: once("beat", { TimeoutStartSec: "60" }),
  }),
  unit("moorage-beat.timer", {
    Unit: { Description: "Report to Moorage every 30 seconds" },
    Timer: { OnBootSec: "30", OnUnitInactiveSec: "30", AccuracySec: "1", RandomizedDelaySec: "3" },
    Install: { WantedBy: "timers.target" },
  }),
  unit("moorage-apply.service", {
    Unit: { Description: "Apply the configuration that Moorage wants", ConditionPathExists: ENROLLED },
    Service: once("apply", { TimeoutStartSec: "1800" }),
  }),
  unit("moorage-secrets.service", {
    Unit: { Description: "Pull this server's secrets", ConditionPathExists: ENROLLED },
    Service: once("secrets", { TimeoutStartSec: "300" }),
  }),
  unit("moorage-reload.service", {
    Unit: { Description: "Have the gateway read its secrets again", ConditionPathExists: ENROLLED },
    Service: once("secrets reload", { TimeoutStartSec: "300" }),
  }),
];
