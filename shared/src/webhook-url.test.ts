import { describe, expect, it } from "vitest";
import { webhookUrlProblem } from "./webhook-url.ts";

describe("where alerts may be sent", () => {
  it.each([
    ["https://example.com/hook?key=1", "json"],
    ["https://ntfy.sh/harbour", "ntfy"],
    ["https://hooks.slack.com/services/T0/B0/x", "slack"],
  ] as const)("%s", (url, form) => {
    expect(webhookUrlProblem(url, form)).toBeUndefined();
  });

  it.each([
    ["http://example.com/", "must begin with https://"],
    ["ftp://example.com/", "must begin with https://"],
    ["//example.com", "must be a URL"],
    ["https://user:word@example.com/", "must hold no user name or password"],
    ["https://example.com:8443/", "must have no port of its own"],
    ["https://127.0.0.1/", "must name a host, not an address"],
    ["https://0x7f000001/", "must name a host, not an address"],
    ["https://2130706433/", "must name a host, not an address"],
    ["https://169.254.169.254/latest/meta-data", "must name a host, not an address"],
    ["https://8.8.8.8/", "must name a host, not an address"],
    ["https://[::1]/", "must name a host, not an address"],
    ["https://[fe80::1]/", "must name a host, not an address"],
    ["https://localhost/", "must name a public host"],
    ["https://metadata.google.internal/", "must name a public host"],
    ["https://printer.local/", "must name a public host"],
    ["https://router/", "must name a public host"],
    ["https://LOCALHOST./", "must name a public host"],
    [`https://example.com/${"x".repeat(1_000)}`, "must be at most 1000 characters"],
  ])("not %s", (url, problem) => {
    expect(webhookUrlProblem(url, "json")).toBe(problem);
  });

  it("Slack's form goes to Slack alone", () => {
    expect(webhookUrlProblem("https://hooks.slack.com.example.com/x", "slack")).toBe("must be at hooks.slack.com");
  });
});
