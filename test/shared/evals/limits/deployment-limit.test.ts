import { describe, expect, test } from "vitest";
import {
  type DeploymentLimit,
  type LimitReport,
  takeReport,
} from "../../../../src/shared/evals/limits/deployment-limit.ts";

const times = { leaseMs: 10_000, firstWindow: 8 };
const lease = (peak: number) => ({
  ...{ worker: "b", slots: 16, held: 16, wanted: 32, peak, productionShare: 0, until: 1_000_000 },
});
/** Two workers have doubled up to 32 calls at a time, and b's last report is from when they had 16. */
const doubling: DeploymentLimit = { window: 32, starting: true, credit: 0, changedAt: 0, leases: [lease(8)] };
const report = (rest: Partial<LimitReport>): LimitReport => ({
  ...{ worker: "a", wanted: 32, inFlight: 14, peak: 16, answered: 0, refused: 0, productionShare: 0, ...rest },
});
const cutAt = (limit: DeploymentLimit, now: number) =>
  takeReport(limit, report({ refused: 1, accepted: 14 }), now, times);
/** A round in which all places were used and answered. */
const used = (limit: DeploymentLimit, now: number) =>
  takeReport(limit, report({ answered: Math.ceil(limit.window), peak: Math.ceil(limit.window) - 8 }), now, times);

describe("after a refusal", () => {
  test("the first one, while all double, is not taken for half the limit because the others' reports are old", () => {
    const { window, tooMany } = cutAt(doubling, 1000);
    expect(window).toBeGreaterThan(26);
    expect(window).toBeLessThan(30);
    expect(tooMany).toBe(32);
  });

  test("a cut that went too deep is made good within a few rounds", () => {
    let limit = cutAt({ ...doubling, starting: false }, 1000);
    expect(limit.window).toBeLessThan(22);
    for (let round = 1; round <= 3; round++) limit = used(limit, 1000 + round * 600);
    expect(limit.window).toBeGreaterThan(28);
    expect(limit.window).toBeLessThan(32);
  });

  test("near what was too many it grows by single places", () => {
    const near: DeploymentLimit = { ...doubling, starting: false, window: 30, tooMany: 31, cutAt: 0 };
    expect(used(near, 5000).window).toBe(31);
    expect(used({ ...near, window: 33 }, 5000).window).toBe(34);
  });

  test("the second worker's refusals of one storm do not make it forget what was too many; those of a later one do", () => {
    const once = cutAt(doubling, 1000);
    expect(cutAt(once, 1500).tooMany).toBe(32);
    expect(cutAt(once, 9000).tooMany).toBe(once.window);
  });
});
