import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseScores, MetricComparison, SuiteVerdict } from "../../../src/shared/gate/comparison.ts";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { metric, scored, suite } from "./comparisons.ts";

type Scale = MetricComparison["scale"];

/** Scores of any shape: repeats, gaps, clusters, weights, segments, new and removed cases, numbers that are none. */
function anyCases(scale: Scale): fc.Arbitrary<CaseScores[]> {
  const value = scale === "binary" ? fc.constantFrom(0, 1) : fc.integer({ min: 0, max: 12 }).map((k) => k / 12);
  const broken = fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY);
  const score = fc.oneof({ weight: 60, arbitrary: value }, { weight: 1, arbitrary: broken });
  const repeats = fc.array(score, { minLength: 1, maxLength: 3 });
  const side = fc.oneof(
    { weight: 20, arbitrary: repeats },
    { weight: 1, arbitrary: fc.constant<(number | null)[]>([]) },
  );
  const rest = fc.record({
    weight: fc.constantFrom(1, 1, 1, 2, 0.5),
    mustPass: fc.constantFrom(false, false, false, false, false, false, false, true),
    cluster: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
    segments: fc.constantFrom({}, { language: "de" }, { language: "en" }),
  });
  return fc
    .array(fc.tuple(side, side, rest), { maxLength: 40 })
    .map((drawn) =>
      drawn.map(([base, head, { cluster, ...own }], i) =>
        scored(`case-${i}`, base, head, cluster === undefined ? own : { ...own, cluster }),
      ),
    );
}

const anyScale = fc.constantFrom<Scale>("binary", "fraction", "number");
const anyMetrics = anyScale.chain((scale) =>
  fc.tuple(
    fc.constant(scale),
    anyCases(scale),
    fc.record({
      better: fc.constantFrom("higher" as const, "lower" as const),
      margin: fc.constantFrom(0.01, 0.05, 0.3),
      threshold: fc.option(fc.constantFrom(0, 0.2, 0.8, 1), { nil: undefined }),
    }),
  ),
);

type Declared = Omit<Partial<MetricComparison>, "threshold"> & { threshold?: number | undefined };

function decide(scale: Scale, own: CaseScores[], rest: Declared): SuiteVerdict {
  const { threshold, ...others } = rest;
  const declared = threshold === undefined ? others : { ...others, threshold };
  return decideSuite(suite([metric(own, { scale, ...declared })], { segmentBy: ["language"] }));
}

/** Every number in a result, with its path. */
function numbersIn(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

describe("whatever the scores", () => {
  test("no figure is NaN or infinite, and no p, share or level leaves 0..1", () => {
    fc.assert(
      fc.property(anyMetrics, ([scale, own, rest]) => {
        const verdict = decide(scale, own, rest);
        for (const [path, number] of numbersIn(verdict)) {
          expect(Number.isFinite(number), `${path} is ${number}`).toBe(true);
          if (/\.(p|adjustedP|level)$/.test(path))
            expect(number >= 0 && number <= 1, `${path} is ${number}`).toBe(true);
        }
        expect(verdict.reason).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 400 },
    );
  });

  test("the order of the cases does not matter", () => {
    fc.assert(
      fc.property(
        anyMetrics,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        ([scale, own, rest], order) => {
          const shuffled = own.map((c) => ({ c, at: order.next().value })).sort((a, b) => a.at - b.at);
          const verdict = decide(scale, own, rest);
          const other = decide(
            scale,
            shuffled.map(({ c }) => c),
            rest,
          );
          expect(other.verdict).toBe(verdict.verdict);
          const figures = (v: SuiteVerdict) =>
            numbersIn(v).map(([path, number]) => [path, Number(number.toPrecision(8))]);
          expect(figures({ ...other, metrics: sorted(other) })).toEqual(
            figures({ ...verdict, metrics: sorted(verdict) }),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("lower is better is higher is better, mirrored", () => {
    fc.assert(
      fc.property(anyCases("fraction"), fc.constantFrom(0.01, 0.1), (own, margin) => {
        const flip = (scores: (number | null)[]) => scores.map((s) => (s === null ? null : 1 - s));
        const mirrored = own.map((c) => ({ ...c, base: flip(c.base), head: flip(c.head) }));
        const higher = decide("fraction", own, { better: "higher", margin, passAt: 0.51 });
        const lower = decide("fraction", mirrored, { better: "lower", margin, passAt: 0.49 });
        expect(lower.verdict).toBe(higher.verdict);
        const [a, b] = [higher.metrics[0]?.comparison, lower.metrics[0]?.comparison];
        if (a && b) {
          expect(b.difference).toBeCloseTo(a.difference, 9);
          expect(b.rawDifference).toBeCloseTo(-a.rawDifference, 9);
          expect(b.interval?.low ?? 0).toBeCloseTo(a.interval?.low ?? 0, 7);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("better answers never turn a pass into regressed", () => {
    fc.assert(
      fc.property(anyCases("binary"), fc.integer({ min: 1, max: 40 }), (own, won) => {
        const clean = own.map((c) => ({ ...c, mustPass: false }));
        const before = decide("binary", clean, { better: "higher", margin: 0.3 });
        const improved = clean.map((c, i) => (i < won ? { ...c, head: c.head.map((s) => (s === null ? s : 1)) } : c));
        const after = decide("binary", improved, { better: "higher", margin: 0.3 });
        if (before.verdict === "pass") expect(after.verdict).not.toBe("regressed");
      }),
      { numRuns: 200 },
    );
  });

  test("a suite against itself passes, without a p-value", () => {
    fc.assert(
      fc.property(anyCases("fraction"), (own) => {
        const same = own
          .filter((c) => c.base.length > 0 && c.base.every((s) => s !== null && Number.isFinite(s)))
          .map((c) => ({ ...c, head: c.base, mustPass: false, unchanged: true }));
        fc.pre(same.length > 0);
        const verdict = decide("fraction", same, { better: "higher", margin: 0.01 });
        expect(verdict.verdict).toBe("pass");
        expect(verdict.metrics[0]?.comparison).not.toHaveProperty("p");
      }),
      { numRuns: 100 },
    );
  });
});

function sorted(verdict: SuiteVerdict): SuiteVerdict["metrics"] {
  return verdict.metrics.map((m) => ({
    ...m,
    mustPassFailures: [...m.mustPassFailures].sort((a, b) => a.caseId.localeCompare(b.caseId)),
  }));
}
