import { describe, expect, test } from "vitest";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { cases, metric, scored, suite } from "./comparisons.ts";

const steady = cases("steady", 100, 1, 1);

describe("cases that must pass", () => {
  test("fail the suite when one of their repeats fails, however well the rest does", () => {
    const own = [...steady, scored("vital", [1, 1, 1], [1, 0, 1], { mustPass: true })];
    const verdict = decideSuite(suite([metric(own)]));
    expect(verdict.verdict).toBe("regressed");
    expect(verdict.reason).toBe("case vital must pass groundedness and did in 2 of 3 repeats (3 required)");
    expect(verdict.metrics[0]?.mustPassFailures).toEqual([
      { caseId: "vital", metric: "groundedness", passed: 2, repeats: 3, required: 3, baseFails: false },
    ]);
  });

  test("n of N is enough where the suite says so", () => {
    const own = [...steady, scored("vital", [1, 1, 1], [1, 0, 1], { mustPass: true })];
    expect(decideSuite(suite([metric(own)], { mustPassRepeats: 2 })).verdict).toBe("pass");
  });

  test("that base fails too still fail, and say so", () => {
    const own = [...steady, scored("vital", 0, 0, { mustPass: true })];
    const verdict = decideSuite(suite([metric(own)]));
    expect(verdict.verdict).toBe("regressed");
    expect(verdict.reason).toContain("base fails it too");
  });

  test("pass at the metric's own value, the other way round where lower is better", () => {
    const own = [...cases("s", 100, 0.2, 0.2), scored("vital", 0.2, 0.5, { mustPass: true })];
    const harm = { scale: "fraction", better: "lower", margin: 0.1 } as const;
    expect(decideSuite(suite([metric(own, { ...harm, passAt: 0.4 })])).verdict).toBe("regressed");
    expect(decideSuite(suite([metric(own, { ...harm, passAt: 0.5 })])).verdict).toBe("pass");
  });

  test("a new one counts without a base", () => {
    const own = [...steady, scored("new", [], 0, { mustPass: true })];
    expect(decideSuite(suite([metric(own)])).verdict).toBe("regressed");
  });
});

describe("format invariants", () => {
  test("hold on every case or fail, without statistics", () => {
    const format = (own: typeof steady) => decideSuite(suite([metric(own, { name: "json-schema", invariant: true })]));
    expect(format(steady)).toMatchObject({ verdict: "pass" });
    expect(format(steady).metrics[0]?.reason).toBe("json-schema holds on all 100 cases");
    const broken = format([...steady, scored("odd", 1, 0)]);
    expect(broken.verdict).toBe("regressed");
    expect(broken.reason).toContain("case odd must pass json-schema");
  });
});
