import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArmWindow } from "../../../../src/shared/releases/watch/arm-window.ts";
import { observeRelease } from "../../../../src/shared/releases/watch/observe-release.ts";
import { usualRules } from "../../../../src/shared/releases/watch/usual-rules.ts";
import { WatchRules } from "../../../../src/shared/repository/watch-rules.ts";

type Told = Omit<Partial<ArmWindow>, "arm" | "from" | "to">;

/** Minutes of one arm from `first` on, each as `tell` says. */
function minutes(arm: string, first: number, count: number, tell: (i: number) => Told): ArmWindow[] {
  const at = (minute: number) => new Date(Date.UTC(2026, 5, 1) + minute * 60_000).toISOString();
  return Array.from({ length: count }, (_, i) => ({ arm, from: at(first + i), to: at(first + i + 1), ...tell(i) }));
}

/** Errors of 1 %, whose counts have about twice the binomial's variance. */
const failures = [0, 5, 1, 6, 3, 2, 7, 2, 1, 3];
const usual = (i: number): Told => ({
  requests: 300,
  failed: failures[i % failures.length] ?? 0,
  throttled: 0,
  safetyBlocked: 0,
  latencyP95Ms: 1000 + 40 * (i % 5),
  costNanoUsd: 300 * 400_000,
});
const baseline = minutes("before", -1440, 60, usual);
const bad: Told = { ...usual(0), failed: 30 };

function observe(windows: ArmWindow[], more: object = {}) {
  return observeRelease(usualRules, { arm: "new", windows, baseline, ...more });
}

describe("one arm against the same hour", () => {
  test("windows like the baseline's are healthy", () => {
    const report = observe(minutes("new", 0, 10, usual));
    expect(report).toMatchObject({ overall: "healthy", act: false });
    const errors = report.rules.find(({ rule }) => rule.id === "errors");
    expect(errors?.windows.map(({ verdict }) => verdict)).toEqual(["pass", "pass", "pass"]);
    expect(errors?.dispersion).toBeGreaterThan(1.5);
  });

  test("ten times the errors in two windows are the release's, with what they are held against", () => {
    const report = observe(minutes("new", 0, 6, (i) => (i < 4 ? usual(i) : bad)));
    expect(report).toMatchObject({ overall: "degraded", act: true, cause: "release" });
    expect(report.reasons.join()).toMatch(
      /^errors: errorRatio against the same hour: 2 of 3 windows breach, newest 0\.1, up to 0\.01\d+ is no breach$/,
    );
  });

  test("one window alone is not acted on, however bad it is short of an outage", () => {
    const once = (i: number) => (i === 4 ? { ...usual(0), failed: 140 } : usual(i));
    for (const seen of [5, 6, 7]) expect(observe(minutes("new", 0, seen, once)).act).toBe(false);
  });

  test("an outage is: one window is enough", () => {
    const report = observe(minutes("new", 0, 5, (i) => (i < 4 ? usual(i) : { ...usual(0), failed: 290 })));
    expect(report).toMatchObject({ overall: "critical", act: true });
  });

  test("eleven failures of twenty may be one bad second and are not critical", () => {
    const few = minutes("before", -1440, 60, (i) => ({ requests: 20, failed: i % 5 === 0 ? 5 : 0 }));
    const windows = minutes("new", 0, 1, () => ({ requests: 20, failed: 11 }));
    expect(observeRelease(usualRules, { arm: "new", windows, baseline: few })).toMatchObject({ act: false });
  });

  test("a latency that doubles and a price that doubles breach", () => {
    const slow = observe(minutes("new", 0, 4, (i) => ({ ...usual(i), latencyP95Ms: 2000 + i })));
    expect(slow.reasons.join()).toMatch(/^slow: latencyP95Ms .* breach, newest 2000, up to 1\d{3} is no breach$/);
    const dear = observe(minutes("new", 0, 4, (i) => ({ ...usual(i), costNanoUsd: 300 * 800_000 })));
    expect(dear.reasons.join()).toContain("cost: costNanoUsdPerRequest");
  });

  test.each([2, 3, 4, 6, 10, 30, 100])(
    "answers %i times as slow are believed in two windows, and from six times on a critical rule in one",
    (times) => {
      const slow = (count: number) => minutes("new", 0, count, (i) => ({ ...usual(i), latencyP95Ms: 1000 * times }));
      expect(observe(slow(2)).act).toBe(true);
      const once = { id: "crawl", metric: "latencyP95Ms", against: "sameHour", ratio: 1.5, critical: true };
      const rules = WatchRules.parse({ rules: [once] });
      if (times >= 6) expect(observeRelease(rules, { arm: "new", windows: slow(1), baseline }).act).toBe(true);
    },
  );

  test("fewer errors, or faster answers, are no breach", () => {
    const better = observe(minutes("new", 0, 30, (i) => ({ ...usual(i), failed: 0, latencyP95Ms: 300 })));
    expect(better.overall).toBe("healthy");
  });
});

describe("no evidence", () => {
  test("too few requests are none, and never healthy", () => {
    const few = minutes("before", -1440, 60, () => ({ requests: 15, failed: 0 }));
    const windows = minutes("new", 0, 10, () => ({ requests: 15, failed: 15 }));
    const report = observeRelease(usualRules, { arm: "new", windows, baseline: few });
    expect(report).toMatchObject({ overall: "inconclusive", act: false });
    expect(report.rules[0]?.windows.map(({ verdict }) => verdict)).toEqual(["noEvidence", "noEvidence", "noEvidence"]);
  });

  test("errors that were not told are not zero errors", () => {
    const untold = minutes("new", 0, 10, (i) => ({ ...usual(i), failed: undefined }));
    expect(observe(untold)).toMatchObject({ overall: "inconclusive", act: false });
  });

  test("no windows at all, and no baseline, are inconclusive", () => {
    expect(observe([]).overall).toBe("inconclusive");
    const alone = observeRelease(usualRules, { arm: "new", windows: minutes("new", 0, 9, () => bad), baseline: [] });
    expect(alone).toMatchObject({ overall: "inconclusive", act: false });
    expect(alone.reasons).toContain("errors: no evidence, under 40 windows of the same hour tell it");
  });

  test("what could not be read keeps good windows from being healthy, and bad ones from nothing", () => {
    const unread = ["logs: PartialFailure"];
    expect(observe(minutes("new", 0, 10, usual), { unread })).toMatchObject({
      overall: "inconclusive",
      reasons: unread,
    });
    expect(
      observe(
        minutes("new", 0, 10, () => bad),
        { unread },
      ),
    ).toMatchObject({ overall: "degraded", act: true });
  });

  test("silence is its own finding: neither healthy nor acted on", () => {
    const drop = observe(
      minutes("new", 0, 10, (i) => (i < 7 ? usual(i) : { requests: 25, failed: 0, latencyP95Ms: 1000 })),
    );
    expect(drop).toMatchObject({ overall: "inconclusive", act: false });
    expect(drop.silence).toBe("silence: 75 requests in 3 windows, about 900 at the same hour");
    const nothing = observe(minutes("new", 0, 10, (i) => (i < 7 ? usual(i) : {})));
    expect(nothing.silence).toContain("nothing was told in 3 windows");
  });
});

describe("two arms", () => {
  const both = (own: (i: number) => Told, other: (i: number) => Told, count = 8) =>
    observe([...minutes("new", 0, count, own), ...minutes("old", 0, count, other)], { control: "old" });

  test("the release's arm alone worse: the release", () => {
    const report = both(() => bad, usual);
    expect(report).toMatchObject({ act: true, cause: "release" });
    expect(report.reasons.join()).toContain("errorRatio against the other arm");
  });

  test("without any baseline the other arm is enough to compare with", () => {
    const windows = [...minutes("new", 0, 8, () => bad), ...minutes("old", 0, 8, usual)];
    const report = observeRelease(usualRules, { arm: "new", control: "old", windows, baseline: [] });
    expect(report).toMatchObject({ overall: "degraded", act: true });
  });

  test("both worse: the platform, and nobody acts", () => {
    const report = both(
      () => bad,
      () => bad,
    );
    expect(report).toMatchObject({ overall: "degraded", act: false, cause: "platform" });
    expect(report.reasons.at(-1)).toBe("the arm old breaches errors too: the platform is the cause, not the release");
    const outage = both(
      () => ({ ...bad, failed: 295 }),
      () => ({ ...bad, failed: 295 }),
    );
    expect(outage).toMatchObject({ overall: "critical", act: false, cause: "platform" });
  });

  test("the other arm worse says nothing against the release", () => {
    expect(both(usual, () => bad)).toMatchObject({ overall: "healthy", act: false });
  });
});

test("a bound needs no baseline, and a rule's own windows and samples win", () => {
  const rules = WatchRules.parse({
    minimumSamples: 1000,
    rules: [
      {
        id: "bound",
        metric: "errorRatio",
        against: "absolute",
        above: 0.02,
        minimumSamples: 50,
        windows: { needed: 1, of: 2 },
      },
    ],
  });
  const report = observeRelease(rules, { arm: "new", windows: minutes("new", 0, 4, () => bad), baseline: [] });
  expect(report).toMatchObject({ overall: "degraded", act: true });
  const under = observeRelease(rules, { arm: "new", windows: minutes("new", 0, 30, usual), baseline: [] });
  expect(under).toMatchObject({ overall: "healthy" });
});

test("values up to a rule's floor are no breach, however little the baseline has", () => {
  const rules = (floor: number) =>
    WatchRules.parse({ rules: [{ id: "blocked", metric: "safetyBlockedRatio", against: "sameHour", floor }] });
  const windows = minutes("new", 0, 20, (i) => ({ ...usual(i), safetyBlocked: 6 }));
  expect(observeRelease(rules(0), { arm: "new", windows, baseline }).act).toBe(true);
  expect(observeRelease(rules(0.03), { arm: "new", windows, baseline }).act).toBe(false);
});

test("an observation can be replayed from what it kept, and does not depend on the order of its windows", () => {
  const count = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 12 }), fc.boolean(), (failed, beside) => {
      const windows = [
        ...minutes("new", 0, failed.length, (i) => ({ requests: 300, failed: failed[i]?.[0] ?? 0 })),
        ...(beside ? minutes("old", 0, failed.length, (i) => ({ requests: 300, failed: failed[i]?.[1] ?? 0 })) : []),
      ];
      const report = observe(windows, beside ? { control: "old" } : {});
      const { inputs, ...decided } = report;
      const { rules, evidence } = JSON.parse(JSON.stringify(inputs));
      expect(observeRelease(WatchRules.parse(rules), evidence)).toMatchObject(decided);
      const { inputs: _, ...turned } = observe(windows.toReversed(), beside ? { control: "old" } : {});
      expect(turned).toEqual(decided);
    }),
    { numRuns: 60 },
  );
});
