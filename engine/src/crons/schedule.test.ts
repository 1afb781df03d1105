import { cronJobs, makeFunctionReference } from "convex/server";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCron } from "./expression.ts";
import type { Schedule } from "./schedule.ts";
import { nextRun, readCrons } from "./schedule.ts";

// A Tuesday.
const NOW = Date.UTC(2023, 1, 28, 8, 35, 20);
const next = (schedule: Schedule, after = NOW): string => new Date(nextRun(schedule, after)).toISOString();
const cron = (expression: string, after = NOW): string => next({ type: "cron", cron: expression }, after);

describe("the next run", () => {
  it.each<[Schedule, string]>([
    [{ type: "interval", seconds: 30 }, "2023-02-28T08:35:50.000Z"],
    [{ type: "interval", minutes: 2 }, "2023-02-28T08:37:20.000Z"],
    [{ type: "interval", hours: 1 }, "2023-02-28T09:35:20.000Z"],
    [{ type: "hourly", minuteUTC: 5 }, "2023-02-28T09:05:00.000Z"],
    [{ type: "hourly" }, "2023-02-28T09:00:00.000Z"],
    [{ type: "daily", hourUTC: 8, minuteUTC: 30 }, "2023-03-01T08:30:00.000Z"],
    [{ type: "weekly", dayOfWeek: "tuesday", hourUTC: 12, minuteUTC: 30 }, "2023-02-28T12:30:00.000Z"],
    [{ type: "weekly", dayOfWeek: "sunday", hourUTC: 0 }, "2023-03-05T00:00:00.000Z"],
    [{ type: "monthly", day: 1, hourUTC: 12, minuteUTC: 30 }, "2023-03-01T12:30:00.000Z"],
    [{ type: "monthly", day: 31, hourUTC: 0 }, "2023-03-31T00:00:00.000Z"],
  ])("of %o is at %s", (schedule, expected) => {
    expect(next(schedule)).toBe(expected);
  });

  it("is strictly after the one before", () => {
    expect(cron("30 8 * * *", Date.UTC(2023, 1, 28, 8, 30))).toBe("2023-03-01T08:30:00.000Z");
  });

  it("takes the given minute where the schedule leaves it open", () => {
    expect(nextRun({ type: "daily", hourUTC: 9 }, NOW, 41)).toBe(Date.UTC(2023, 1, 28, 9, 41));
    expect(nextRun({ type: "daily", hourUTC: 9, minuteUTC: 7 }, NOW, 41)).toBe(Date.UTC(2023, 1, 28, 9, 7));
  });

  it("keeps an interval's beat when a run was late or took long, and leaves out what was missed", () => {
    const interval = { type: "interval", seconds: 10 } as const;
    expect(nextRun(interval, NOW + 3_000, 0, NOW)).toBe(NOW + 10_000);
    expect(nextRun(interval, NOW + 10_000, 0, NOW)).toBe(NOW + 20_000);
    expect(nextRun(interval, NOW + 34_000, 0, NOW)).toBe(NOW + 40_000);
  });
});

describe("a cron expression", () => {
  it.each([
    ["* * * * *", "2023-02-28T08:36:00.000Z"],
    ["*/15 * * * *", "2023-02-28T08:45:00.000Z"],
    ["10/20 * * * *", "2023-02-28T08:50:00.000Z"],
    ["0 9-17/4 * * *", "2023-02-28T09:00:00.000Z"],
    ["0 12 * * 1,5", "2023-03-03T12:00:00.000Z"],
    ["0 12 * * MON-WED", "2023-02-28T12:00:00.000Z"],
    ["0 0 * * sun", "2023-03-05T00:00:00.000Z"],
    ["0 0 1 jan,JUN *", "2023-06-01T00:00:00.000Z"],
    ["0 0 29 2 *", "2024-02-29T00:00:00.000Z"],
    ["  5   4  *  *  *  ", "2023-03-01T04:05:00.000Z"],
    ["0 0 * * FRI-MON", "2023-03-03T00:00:00.000Z"],
    ["0 22-2/2 * * *", "2023-02-28T22:00:00.000Z"],
    ["0 9 L * *", "2023-02-28T09:00:00.000Z"],
    ["0 8 L * *", "2023-03-31T08:00:00.000Z"],
    ["0 0 L-3 * *", "2023-03-28T00:00:00.000Z"],
    ["0 0 LW 4 *", "2023-04-28T00:00:00.000Z"],
    ["0 0 L-1W 4 *", "2023-04-28T00:00:00.000Z"],
    ["0 0 15W 4 *", "2023-04-14T00:00:00.000Z"],
    ["0 0 1W 4 *", "2023-04-03T00:00:00.000Z"],
    ["0 0 30W 4 *", "2023-04-28T00:00:00.000Z"],
    ["0 0 31W 2,5 *", "2023-05-31T00:00:00.000Z"],
    ["0 0 * * L", "2023-03-04T00:00:00.000Z"],
    ["0 0 * * friL", "2023-03-31T00:00:00.000Z"],
    ["0 0 * * 1#2", "2023-03-13T00:00:00.000Z"],
    ["0 0 * 2 0#5", "2032-02-29T00:00:00.000Z"],
    ["0 0 L * MON#1", "2023-03-06T00:00:00.000Z"],
  ])("%s next holds at %s", (expression, expected) => {
    expect(cron(expression)).toBe(expected);
  });

  it("holds on either day where both the month's and the week's are given", () => {
    expect(cron("0 0 15 * 5")).toBe("2023-03-03T00:00:00.000Z");
    expect(cron("0 0 2 * 5")).toBe("2023-03-02T00:00:00.000Z");
  });

  it("finds a 29 February over a century without one", () => {
    expect(cron("0 0 29 2 *", Date.UTC(2096, 2, 1))).toBe("2104-02-29T00:00:00.000Z");
  });

  it.each([
    ["", "five fields are expected"],
    ["* * * *", "five fields are expected"],
    ["* * * * * *", "five fields are expected"],
    ["60 * * * *", '"60" is no minute (0-59)'],
    ["* 24 * * *", '"24" is no hour (0-23)'],
    ["* * 0 * *", '"0" is no day of the month (1-31)'],
    ["* * * 13 *", '"13" is no month (1-12)'],
    ["* * * * 7", '"7" is no day of the week (0-6)'],
    ["* * * * 7L", '"7" is no day of the week (0-6)'],
    ["* * * * 1#6", "is no day of the week (0-6)"],
    ["* * 32W * *", '"32" is no day of the month (1-31)'],
    ["* * L-31 * *", "is no day of the month (1-31)"],
    ["* * 1,L * *", '"L" is no day of the month (1-31)'],
    ["* * ? * *", '"?" is no day of the month (1-31)'],
    ["*/0 * * * *", "has no valid step"],
    ["*/60 * * * *", "has no valid step"],
    ["* */24 * * *", "has no valid step"],
    ["1,,2 * * * *", '"" is no minute'],
    ["0 0 * SUN *", '"SUN" is no month'],
  ])("%j is refused", (expression, message) => {
    expect(() => parseCron(expression)).toThrow(`Invalid cron expression "${expression}": `);
    expect(() => parseCron(expression)).toThrow(message);
  });

  it("gives a minute it names, later than the time it is asked for", async () => {
    const list = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.property(
        list(0, 59),
        list(0, 23),
        list(1, 12),
        fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
        (minutes, hours, months, after) => {
          const expression = `${minutes.join()} ${hours.join()} * ${months.join()} *`;
          const time = new Date(nextRun({ type: "cron", cron: expression }, after.getTime()));
          expect(time.getTime()).toBeGreaterThan(after.getTime());
          expect(minutes).toContain(time.getUTCMinutes());
          expect(hours).toContain(time.getUTCHours());
          expect(months).toContain(time.getUTCMonth() + 1);
        },
      ),
    );
  });
});

describe("a crons module", () => {
  const job = makeFunctionReference<"mutation", { n: number }>("jobs:run");

  it("gives its jobs with path, arguments and schedule", () => {
    const crons = cronJobs();
    crons.interval("often", { seconds: 5 }, job, { n: 1 });
    crons.cron("rarely", "0 0 1 1 *", job, { n: 2 });
    expect(readCrons(crons)).toEqual([
      { identifier: "often", path: "jobs:run", args: [{ n: 1 }], schedule: { type: "interval", seconds: 5 } },
      { identifier: "rarely", path: "jobs:run", args: [{ n: 2 }], schedule: { type: "cron", cron: "0 0 1 1 *" } },
    ]);
  });

  it("with a job that could never run is refused, naming the job", () => {
    const crons = cronJobs();
    crons.cron("never", "0 0 30 2 *", job, { n: 1 });
    expect(() => readCrons(crons)).toThrow('Cron job "never": Could not compute next timestamp for cron');
  });
});
