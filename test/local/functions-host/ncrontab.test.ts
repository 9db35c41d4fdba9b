import { describe, expect, test } from "vitest";
import { parseNcrontab } from "../../../src/local/functions-host/ncrontab.ts";

function times(expression: string, from: string, count: number): string[] {
  const schedule = parseNcrontab(expression);
  const found: string[] = [];
  let time: Date | undefined = new Date(from);
  while (found.length < count && time) {
    time = schedule.next(time);
    if (time) found.push(time.toISOString());
  }
  return found;
}

describe("NCRONTAB", () => {
  test.each([
    ["0 */5 * * * *", "2026-11-21T10:02:00Z", ["2026-11-21T10:05:00.000Z", "2026-11-21T10:10:00.000Z"]],
    ["*/20 * * * * *", "2026-11-21T10:00:00Z", ["2026-11-21T10:00:20.000Z", "2026-11-21T10:00:40.000Z"]],
    ["0 7 * * * *", "2026-11-21T10:07:00Z", ["2026-11-21T11:07:00.000Z", "2026-11-21T12:07:00.000Z"]],
    ["0 0 2 * * Mon-Fri", "2026-11-20T02:00:00Z", ["2026-11-23T02:00:00.000Z", "2026-11-24T02:00:00.000Z"]],
    ["0 0 0 1 Jan *", "2026-11-21T00:00:00Z", ["2027-01-01T00:00:00.000Z", "2028-01-01T00:00:00.000Z"]],
    // From a single value with a step: as from there to the end.
    ["0 40/10 * * * *", "2026-11-21T10:00:00Z", ["2026-11-21T10:40:00.000Z", "2026-11-21T10:50:00.000Z"]],
    // Day and day of the week must match both: the next Fridays that are a 13th.
    ["0 0 0 13 * 5", "2026-11-21T00:00:00Z", ["2027-08-13T00:00:00.000Z", "2028-10-13T00:00:00.000Z"]],
  ])("%s", (expression, from, expected) => {
    expect(times(expression, from, expected.length)).toEqual(expected);
  });

  test.each([
    "* * * * *",
    "00:05:00",
    "0 0 0 L * *",
    "0 0 0 ? * 1",
    "0 0 0 * * 1#2",
    "61 * * * * *",
    "0 0 0 Mon * *",
    "",
  ])("bad input: %j is refused as Azure refuses it", (expression) => {
    expect(() => parseNcrontab(expression)).toThrow();
  });
});
