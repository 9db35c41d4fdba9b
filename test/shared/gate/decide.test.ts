import { describe, expect, test } from "vitest";
import type { GatePolicy, MetricVerdict, SuiteVerdict } from "../../../src/shared/gate/comparison.ts";
import { decideGate, decideSuite } from "../../../src/shared/gate/decide.ts";
import { cases, metric, scored, suite } from "./comparisons.ts";

function only(verdict: SuiteVerdict): MetricVerdict {
  const [first] = verdict.metrics;
  if (!first) throw new Error("no metric");
  return first;
}

const steady = cases("steady", 150, 1, 1);

describe("a suite's verdict", () => {
  test("a loss that is significant and beyond the margin is regressed, with its figures", () => {
    const own = [...steady, ...cases("lost", 30, 1, 0), ...cases("won", 5, 0, 1), ...cases("bad", 15, 0, 0)];
    const verdict = decideSuite(suite([metric(own)]));
    expect(verdict.verdict).toBe("regressed");
    expect(verdict.reason).toMatch(
      /^groundedness fell 12\.5 points \(95 % interval \d+(\.\d)? to \d+(\.\d)?\), more than the 5 points allowed$/,
    );
    const found = only(verdict);
    expect(found.comparison).toMatchObject({ cases: 200, units: 200, baseMean: 0.9, headMean: 0.775 });
    expect(found.comparison?.difference).toBeCloseTo(-0.125, 12);
    expect(found.comparison?.adjustedP).toBeLessThan(0.001);
    expect(found.passToFail).toHaveLength(30);
    expect(found.failToPass).toEqual(["won-0", "won-1", "won-2", "won-3", "won-4"]);
  });

  test("a significant loss within the margin is not regressed, and passes where it is bounded", () => {
    const own = [...cases("steady", 1990, 1, 1), ...cases("lost", 10, 1, 0)];
    const found = only(decideSuite(suite([metric(own)])));
    expect(found.comparison?.p).toBeLessThan(0.01);
    expect(found.verdict).toBe("pass");
    expect(found.reason).toContain("within the 5 points allowed");
  });

  test("a loss beyond the margin that chance explains is inconclusive and says what would settle it", () => {
    const own = [...cases("steady", 36, 1, 1), ...cases("lost", 3, 1, 0), ...cases("won", 0, 0, 1)];
    const found = only(decideSuite(suite([metric(own)])));
    expect(found.verdict).toBe("inconclusive");
    expect(found.mde).toBeGreaterThan(0.05);
    expect(found.casesNeeded).toBeGreaterThan(39);
    expect(found.reason).toContain(`${found.casesNeeded} cases`);
  });

  test("every score the same is a pass without a p-value, a dead metric is said to be one", () => {
    const found = only(decideSuite(suite([metric(cases("dead", 200, 0, 0))])));
    expect(found).toMatchObject({ verdict: "pass", reason: "groundedness is 0 on all 200 cases, before and after" });
    expect(found.comparison).not.toHaveProperty("p");
    expect(found.comparison).not.toHaveProperty("interval");
    const mixed = only(decideSuite(suite([metric([...steady, ...cases("bad", 20, 0, 0)])])));
    expect(mixed.reason).toBe("groundedness is the same on all 170 cases");
  });

  test("every case moved by the same amount: an answer without a p-value", () => {
    const slower = (by: number) =>
      metric(
        Array.from({ length: 20 }, (_, i) => scored(`c${i}`, 1 + i / 8, 1 + i / 8 + by)),
        { scale: "number", better: "lower", margin: 0.25, name: "latency", unit: "s" },
      );
    const worse = only(decideSuite(suite([slower(0.5)])));
    expect(worse).toMatchObject({ verdict: "regressed" });
    expect(worse.comparison).not.toHaveProperty("p");
    expect(worse.reason).toBe("latency rose 0.500 s in every one of 20 cases, more than the 0.250 s allowed");
    expect(only(decideSuite(suite([slower(0.125)]))).verdict).toBe("pass");
    expect(only(decideSuite(suite([slower(-0.5)]))).verdict).toBe("pass");
    const fell = (to: number) => only(decideSuite(suite([metric(cases("c", 60, 0.9, to), { scale: "fraction" })])));
    expect(fell(0.86).verdict).toBe("pass");
    expect(fell(0.84).verdict).toBe("regressed");
  });

  test("blocking metrics share the family's error: a p that one test would reject, thirty do not", () => {
    // Nine losses against one gain: mid-p 0.006.
    const own = [...cases("steady", 90, 1, 1), ...cases("lost", 9, 1, 0), ...cases("won", 1, 0, 1)];
    const alone = decideSuite(suite([metric(own)]));
    const among = decideSuite(suite(Array.from({ length: 30 }, (_, i) => metric(own, { name: `m${i}` }))));
    expect(alone.verdict).toBe("regressed");
    expect(among.verdict).toBe("inconclusive");
    const quiet = Array.from({ length: 29 }, (_, i) => metric(cases("q", 100, 1, 1), { name: `q${i}` }));
    expect(decideSuite(suite([metric(own), ...quiet])).verdict).toBe("regressed");
  });

  test("suites of one gate share its error too", () => {
    const own = [...cases("steady", 90, 1, 1), ...cases("lost", 9, 1, 0), ...cases("won", 1, 0, 1)];
    expect(decideSuite(suite([metric(own)]), { suitesInGate: 5 }).verdict).toBe("inconclusive");
  });

  test("a loss in every case is found among many suites and segments, whatever the scores' steps", () => {
    const falls = Array.from({ length: 45 }, (_, i) =>
      scored(`c${i}`, 0.9 - Math.sin(i) / 20, 0.5 + Math.sin(i * 1.7) / 10, { segments: { topic: `t${i % 3}` } }),
    );
    const metrics = Array.from({ length: 6 }, (_, i) => metric(falls, { name: `m${i}`, scale: "fraction" }));
    expect(decideSuite(suite(metrics, { segmentBy: ["topic"] }), { suitesInGate: 20 }).verdict).toBe("regressed");
  });

  test("a metric that does not block is shown with its own verdict and decides nothing", () => {
    const lost = metric([...steady, ...cases("lost", 40, 1, 0)], { name: "style", blocking: false });
    const verdict = decideSuite(suite([metric(steady), lost]));
    expect(verdict.verdict).toBe("pass");
    expect(verdict.metrics[1]).toMatchObject({ verdict: "regressed", judged: false });
  });

  test("a metric without a margin can be found to lose, and never to hold", () => {
    const bare = (own: typeof steady) => only(decideSuite(suite([metric(own, { threshold: undefined } as never)])));
    expect(bare([...steady, ...cases("lost", 40, 1, 0)]).verdict).toBe("regressed");
    const open = bare([...steady, ...cases("lost", 1, 1, 0)]);
    expect(open).toMatchObject({ verdict: "inconclusive" });
    expect(open.reason).toContain("no margin");
  });

  test("what is new passes by its floors, and nothing is said of a loss", () => {
    const fresh = Array.from({ length: 60 }, (_, i) => scored(`new-${i}`, [], 1));
    const verdict = decideSuite(suite([metric(fresh, { threshold: 0.8, margin: 0.05 })]));
    expect(verdict).toMatchObject({ verdict: "pass", reason: "the floors of groundedness hold" });
  });

  test("cases of one cluster count once", () => {
    const lost = cases("lost", 12, 1, 0);
    const free = decideSuite(suite([metric([...steady, ...lost])]));
    const tied = decideSuite(suite([metric([...steady, ...lost.map((c) => ({ ...c, cluster: "one document" }))])]));
    expect(free.verdict).toBe("regressed");
    expect(only(tied).comparison?.units).toBe(151);
    expect(tied.verdict).toBe("inconclusive");
  });

  test("weights count in the means", () => {
    const own = [...cases("light", 100, 1, 1), ...cases("heavy", 10, 1, 0, { weight: 10 })];
    expect(only(decideSuite(suite([metric(own)]))).comparison?.difference).toBeCloseTo(-0.5, 12);
  });

  test("repeats are averaged within their case before anything is tested", () => {
    const own = Array.from({ length: 60 }, (_, i) => scored(`c${i}`, [1, 1, 0], [1, 1, i % 2]));
    const found = only(decideSuite(suite([metric(own)])));
    expect(found.comparison).toMatchObject({ cases: 60, units: 60 });
    expect(found.comparison?.difference).toBeCloseTo(1 / 6, 12);
    expect(found.passToFail).toEqual([]);
  });

  test("latency is judged by its margin, relative to base too, and not at all where base was not measured beside it", () => {
    const times = Array.from({ length: 120 }, (_, i) => scored(`c${i}`, 2 + (i % 7) / 10, 2.1 + (i % 5) / 10));
    const latency = (rest: object) =>
      only(
        decideSuite(suite([metric(times, { name: "latency", scale: "number", better: "lower", unit: "s", ...rest })])),
      );
    expect(latency({ relativeMargin: 0.1 })).toMatchObject({ verdict: "pass", margin: expect.closeTo(0.2297, 3) });
    expect(latency({ margin: 0.5 }).verdict).toBe("pass");
    expect(latency({ margin: 0.5, compared: false })).toMatchObject({ judged: false, verdict: "notEvaluated" });
    const suiteVerdict = decideSuite(suite([metric(steady), metric(times, { name: "latency", compared: false })]));
    expect(suiteVerdict.verdict).toBe("pass");
  });
});

describe("segments", () => {
  const german = (n: number, base: number, head: number) =>
    cases(`de${base}${head}`, n, base, head, { segments: { language: "de" } });
  const english = cases("en", 400, 1, 1, { segments: { language: "en" } });

  test("can block a suite that holds as a whole", () => {
    const own = [...english, ...german(10, 1, 1), ...german(12, 1, 0)];
    const silent = decideSuite(suite([metric(own)]));
    expect(silent.verdict).toBe("pass");
    const verdict = decideSuite(suite([metric(own)], { segmentBy: ["language"] }));
    expect(verdict.verdict).toBe("regressed");
    expect(verdict.reason).toContain("groundedness in language de fell 54.5 points");
    expect(only(verdict).segments.map(({ value, regressed }) => [value, regressed])).toEqual([
      ["de", true],
      ["en", false],
    ]);
  });

  test("are never needed for a pass, and small ones are shown untested", () => {
    const own = [...english, ...german(5, 1, 1), ...german(2, 1, 0)];
    const verdict = decideSuite(suite([metric(own)], { segmentBy: ["language"] }));
    expect(verdict.verdict).toBe("pass");
    expect(only(verdict).segments[0]).toMatchObject({ value: "de", cases: 7, tested: false });
  });
});

describe("missing scores", () => {
  test("their cases leave both sides and are named, and are no zeros", () => {
    const own = [...steady, scored("gap", 1, [null])];
    const found = only(decideSuite(suite([metric(own)])));
    expect(found).toMatchObject({ verdict: "pass", missing: ["gap"] });
    expect(found.comparison).toMatchObject({ cases: 150, headMean: 1, baseMean: 1 });
    expect(found.reason).toContain("left out for want of a score: gap");
  });

  test("bad input: NaN and infinite scores are missing", () => {
    const own = [...steady, scored("nan", 1, Number.NaN), scored("infinite", Number.POSITIVE_INFINITY, 1)];
    expect(only(decideSuite(suite([metric(own)]))).missing).toEqual(["infinite", "nan"]);
  });

  test("more than the allowed share is notEvaluated, never pass, never regressed", () => {
    const lost = cases("lost", 40, 1, 0);
    const own = [...steady, ...lost, ...Array.from({ length: 5 }, (_, i) => scored(`gap${i}`, [null], 1))];
    const verdict = decideSuite(suite([metric(own)]));
    expect(verdict.verdict).toBe("notEvaluated");
    expect(verdict.reason).toContain("lacks scores for 5 of 195 cases (2.6 %, 2 % allowed)");
    expect(decideSuite(suite([metric(own, { maxMissingShare: 0.05, margin: 0.05 })])).verdict).toBe("regressed");
  });

  test("any case that must pass is enough", () => {
    const own = [...steady, scored("vital", 1, [1, null], { mustPass: true })];
    const verdict = decideSuite(suite([metric(own)]));
    expect(verdict.verdict).toBe("notEvaluated");
    expect(verdict.reason).toContain("vital");
  });

  test("bad input: a base run with other cases than the head names them and is not evaluated", () => {
    const own = [...cases("kept", 10, 1, 1), scored("only-base", 1, []), scored("only-head", [], 1)];
    const found = only(decideSuite(suite([metric(own)])));
    expect(found).toMatchObject({ verdict: "notEvaluated", missing: ["only-base"] });
  });

  test("bad input: no case at all is not evaluated", () => {
    expect(decideSuite(suite([metric([])])).verdict).toBe("notEvaluated");
    const none = cases("n", 5, 1, 1, { notApplicable: true });
    expect(decideSuite(suite([metric(none)])).verdict).toBe("notEvaluated");
    expect(decideSuite(suite([])).verdict).toBe("inconclusive");
  });

  test("a run that could not be made is notEvaluated, whatever its scores say", () => {
    const input = suite([metric(steady)], { infrastructureFailure: "the model endpoint answered 503" });
    expect(decideSuite(input)).toMatchObject({ verdict: "notEvaluated", reason: "the model endpoint answered 503" });
  });

  test("evidence against one metric stands beside another that has no scores", () => {
    const lost = metric([...steady, ...cases("lost", 40, 1, 0)], { name: "relevance" });
    const gaps = metric(cases("gap", 20, 1, Number.NaN));
    expect(decideSuite(suite([gaps, lost])).verdict).toBe("regressed");
  });
});

describe("a gate's verdict", () => {
  const enforce: GatePolicy = { mode: "enforce", inconclusive: "warn" };
  const good = decideSuite(suite([metric(steady)]));
  const bad = decideSuite(suite([metric([...steady, ...cases("lost", 40, 1, 0)])]));
  const open = decideSuite(suite([metric([...cases("s", 36, 1, 1), ...cases("lost", 3, 1, 0)])]));
  const broken = decideSuite(suite([metric(steady)], { infrastructureFailure: "no model" }));

  test("is its worst suite's, as the policy shows it", () => {
    const concluded = (suites: SuiteVerdict[], policy = enforce) => decideGate(suites, policy).conclusion;
    expect(concluded([good])).toBe("success");
    expect(concluded([good, bad])).toBe("failure");
    expect(concluded([good, open])).toBe("neutral");
    expect(concluded([good, open], { ...enforce, inconclusive: "block" })).toBe("failure");
    expect(concluded([open, broken])).toBe("action_required");
    expect(concluded([broken, bad])).toBe("failure");
    expect(concluded([bad], { ...enforce, mode: "observe" })).toBe("neutral");
  });

  test("says the minimal detectable effect in an inconclusive title", () => {
    const gate = decideGate([good, open], enforce);
    expect(gate).toMatchObject({ verdict: "inconclusive", blocked: false });
    expect(gate.title).toMatch(/^Inconclusive: drops are seen in groundedness from \d+(\.\d)? points$/);
    expect(decideGate([bad], enforce)).toMatchObject({ blocked: true });
    expect(decideGate([bad], { ...enforce, mode: "observe" })).toMatchObject({ verdict: "regressed", blocked: false });
  });
});
