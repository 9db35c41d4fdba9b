import { describe, expect, test } from "vitest";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { cases, metric, suite } from "./comparisons.ts";

/** More than a call takes arguments. */
const many = 130_000;

describe("a suite of 130,000 cases", () => {
  test("is decided, with an open comparison and a floor", () => {
    const own = [...cases("kept", many - 1_000, 1, 1), ...cases("lost", 600, 1, 0), ...cases("won", 400, 0, 1)];
    const [found] = decideSuite(suite([metric(own, { threshold: 0.9, margin: 0.0018 })])).metrics;
    expect(found).toMatchObject({ verdict: "inconclusive", floor: { verdict: "pass" } });
  });
});
