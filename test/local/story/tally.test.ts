import { expect, test } from "vitest";
import { createTally } from "../../../src/local/story/release/tally.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second));
const call = (second: number, more: object = {}) => ({
  ...{ deployment: "chat--v2", endedAt: at(second), status: 200, ms: 100, blocked: false, ...more },
});

test("calls are counted by deployment and by the minute in which they ended", () => {
  const tally = createTally();
  for (const ms of [100, 200, 300]) tally.add(call(10, { ms, inputTokens: 40, outputTokens: 10 }));
  tally.add(call(59, { status: 500, ms: 0 }));
  tally.add(call(59, { status: 400, ms: 400, blocked: true }));
  tally.add(call(60));
  tally.add(call(61, { deployment: "chat--v1" }));
  const first = {
    ...{ arm: "chat--v2", at: at(0).toISOString(), codes: { 200: 3, 400: 1, 500: 1 }, blocked: 1 },
    ...{ meanMs: 200, p95Ms: 400, inputTokens: 120, outputTokens: 30 },
  };
  expect(tally.minute("chat--v2", at(30))).toEqual(first);
  expect(tally.minute("chat--v1", at(30))).toBeUndefined();
  expect(tally.minutes(at(30)).map((minute) => [minute.arm, minute.at])).toEqual([
    ["chat--v2", at(0).toISOString()],
    ["chat--v2", at(60).toISOString()],
    ["chat--v1", at(60).toISOString()],
  ]);
  expect(tally.minutes(at(60))).toHaveLength(2);
});
