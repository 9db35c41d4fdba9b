import { expect, test } from "vitest";
import { logWindows } from "../../../src/shared/azure/log-windows.ts";

const columns = ["arm", "minute", "total", "failed", "throttled", "blocked", "p95", "told", "inTok", "outTok"];
const from = "2026-11-20T10:00:00.000Z";
const told = { arm: "a", from, to: "2026-11-20T10:01:00.000Z" };

test.each([Number.NaN, "NaN", "Infinity", null])(
  "a percentile that is %j was not told, and takes nothing else with it",
  (p95) => {
    const windows = logWindows(columns, [["a", from, 10, 1, 0, 0, p95, 0, null, null]], undefined);
    expect(windows).toEqual([{ ...told, requests: 10, failed: 1, throttled: 0, safetyBlocked: 0 }]);
  },
);

test("bad input: rows of another query are told as such", () => {
  expect(() => logWindows(columns, [["a", from, "many", 1, 0, 0, 1, 0, null, null]], undefined)).toThrow("total");
});
