import { describe, expect, test } from "vitest";
import {
  changeText,
  duration,
  intervalText,
  limitText,
  listed,
  meanText,
  percentChange,
  usd,
} from "../../../src/shared/gate/units.ts";

const fraction = { name: "groundedness", scale: "fraction", better: "higher" } as const;
const latency = { name: "latency", scale: "number", better: "lower", unit: "s" } as const;
const cost = { name: "cost", scale: "number", better: "lower" } as const;
const change = { cases: 1, units: 1, baseMean: 0, headMean: 0, method: "" };

describe("numbers for people", () => {
  test("fractions are percent, their changes points", () => {
    expect(meanText(fraction, 0.8636)).toBe("86.4 %");
    expect(changeText(fraction, -0.124)).toBe("−12.4 points");
    expect(changeText(fraction, 0)).toBe("±0 points");
    expect(limitText(fraction, 0.01)).toBe("1 point");
    expect(meanText(fraction, undefined)).toBe("–");
    expect(meanText(fraction, Number.NaN)).toBe("–");
  });

  test("a change too small to be shown has no sign", () => {
    expect(changeText(fraction, -0.0001)).toBe("±0 points");
  });

  test("numbers have three digits that say something, and a unit", () => {
    expect(meanText(latency, 0.09291)).toBe("0.0929 s");
    expect(meanText(latency, 12.345)).toBe("12.3 s");
    expect(meanText({ ...latency, unit: "tokens" }, 12_345.6)).toBe("12,346 tokens");
    expect(changeText(latency, 0.4)).toBe("+0.4 s");
    expect(meanText(cost, 0.000132)).toBe("$0.00013");
  });

  test("an interval is of head minus base, whatever direction is better", () => {
    const interval = { low: -0.2, high: -0.1, level: 0.95, sides: "two" } as const;
    expect(intervalText(fraction, { ...change, difference: -0.15, rawDifference: -0.15, interval })).toBe("−20 to −10");
    expect(intervalText(latency, { ...change, difference: -0.15, rawDifference: 0.15, interval })).toBe("+0.1 to +0.2");
    expect(intervalText(cost, { ...change, difference: -0.15, rawDifference: 0.15, interval })).toBe("+0.10 to +0.20");
    expect(intervalText(fraction, { ...change, difference: 0, rawDifference: 0 })).toBeUndefined();
  });

  test("money, time and shares", () => {
    expect([0, 47_152_800, 1_234_000_000, 5_000_000_000_000].map(usd)).toEqual(["$0.00", "$0.047", "$1.23", "$5,000"]);
    expect([0.4, 842.2, 2417.5, 61_234].map(duration)).toEqual(["0 ms", "842 ms", "2.42 s", "61.2 s"]);
    expect(percentChange(100, 125)).toBe("+25 %");
    expect(percentChange(100, 91.4)).toBe("−8.6 %");
    expect(percentChange(0, 5)).toBeUndefined();
    expect(listed(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  });
});
