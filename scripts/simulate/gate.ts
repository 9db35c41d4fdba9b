import { autoMargin } from "../../src/shared/gate/auto-margin.ts";
import { plannedLooks } from "../../src/shared/gate/extension.ts";
import { type Random, seededRandom } from "../../src/shared/statistics/random.ts";
import { type BlockingMetric, comparison, type DrawnCase, drawCases, playGate } from "./play-gate.ts";
import {
  chatRecording,
  type GradeSchoolSystem,
  gradeSchoolRecording,
  type RecordedCase,
  type RecordedMetric,
} from "./recorded-cases.ts";

/** Shares of many gates on suites of one size. */
export interface GateShares {
  scenario: string;
  cases: number;
  repeats: number;
  /** Mean margins by metric, in the metric's unit. */
  margins: Record<string, number>;
  gates: number;
  pass: number;
  inconclusive: number;
  blocked: number;
  /** Gates that drew more repeats before they were decided. */
  extended: number;
}

export interface SimulationOptions {
  gates: number;
  sizes: number[];
  repeats: number[];
  seed: number;
}

/** A scenario: what a suite is drawn from, and how one gate's margins come about. */
interface Scenario {
  name: string;
  metrics: RecordedMetric[];
  pool: DrawnCase[];
  /** A declared margin for every metric; undefined: `margin: auto`, set from an A/A run of base on the drawn suite. */
  margin?: number;
  /** The suite is still on auto when the gate runs: the gate computes its margins from base's own repeats. */
  unset?: boolean;
  sizes: number[];
  repeats: number[];
  /** The suite is the pool itself, every row once; single runs leave nothing to draw, so one gate says all. */
  whole?: boolean;
}

/** What `6b_verification` → `175b_finetuning` truly loses over all 1,319 problems. */
const TRUE_LOSS = 57 / 1319;

/** What is played next, of how many rows of the table. */
export interface Progress {
  row: number;
  rows: number;
  scenario: string;
  cases: number;
  repeats: number;
}

export function simulateGate(options: SimulationOptions, progress: (next: Progress) => void = () => {}): GateShares[] {
  const rows = rowsOf(options);
  return rows.map(({ scenario, cases, repeats, gates }, index) => {
    progress({ row: index + 1, rows: rows.length, scenario: scenario.name, cases, repeats });
    return playMany(scenario, cases, repeats, gates, options.seed);
  });
}

/** Seconds that `simulateGate` takes about, from a gate or two of every row. */
export function estimateSeconds(options: SimulationOptions, now: () => number = () => performance.now()): number {
  const rows = rowsOf(options);
  // Code that has not run yet is slow: the first gates would count for all.
  for (const { scenario, cases, repeats } of rows.slice(0, 6)) playMany(scenario, cases, repeats, 4, options.seed);
  return rows.reduce((sum, { scenario, cases, repeats, gates }) => {
    const tried = Math.min(2, gates);
    const started = now();
    playMany(scenario, cases, repeats, tried, options.seed);
    return sum + ((now() - started) / 1000) * (gates / tried);
  }, 0);
}

function rowsOf(options: SimulationOptions): { scenario: Scenario; cases: number; repeats: number; gates: number }[] {
  return scenarios(options).flatMap((scenario) =>
    scenario.repeats.flatMap((repeats) =>
      scenario.sizes.map((cases) => ({ scenario, cases, repeats, gates: scenario.whole ? 1 : options.gates })),
    ),
  );
}

function scenarios({ sizes, repeats }: SimulationOptions): Scenario[] {
  const chat = chatRecording();
  const pool = chat.cases.map(({ key, runs }: RecordedCase): DrawnCase => ({ key, base: runs, head: runs }));
  const unchanged = { metrics: chat.metrics, pool, sizes, repeats };
  const loses17 = { ...gradeSchool("6b_finetuning"), sizes, repeats: [1] };
  const loses4 = { ...gradeSchool("175b_finetuning"), sizes, repeats: [1] };
  return [
    { name: "nothing changed, margin auto", ...unchanged },
    { name: "nothing changed, margin left on auto", unset: true, ...unchanged },
    { name: "nothing changed, no loss allowed", margin: 1e-9, ...unchanged, repeats: [1] },
    { name: "loses 17 points, margin auto", ...loses17 },
    { name: "loses 4.3 points, margin auto", ...loses4 },
    { name: "loses 17 points, margin 5", margin: 0.05, ...loses17 },
    {
      name: "loses 4.3 points, margin 2",
      margin: 0.02,
      ...loses4,
      sizes: [...new Set([50, ...sizes])].sort((a, b) => a - b),
    },
    {
      name: "loses 4.3 points, margin 2, every row once",
      margin: 0.02,
      ...loses4,
      sizes: [loses4.pool.length],
      whole: true,
    },
    { name: "loses exactly its margin", margin: TRUE_LOSS, ...loses4 },
  ];
}

/** Three blocking metrics, of which one truly loses: head's answers are the worse system's, the other two are base's. */
function gradeSchool(worse: GradeSchoolSystem): { metrics: RecordedMetric[]; pool: DrawnCase[] } {
  const names = ["correct", "unmoved-1", "unmoved-2"];
  const pool = gradeSchoolRecording().map(({ key, correct }): DrawnCase => {
    const base = correct["6b_verification"];
    return {
      key,
      base: [{ correct: base, "unmoved-1": base, "unmoved-2": base }],
      head: [{ correct: correct[worse], "unmoved-1": base, "unmoved-2": base }],
    };
  });
  return { metrics: names.map((name) => ({ name, scale: "binary", better: "higher" })), pool };
}

function playMany(scenario: Scenario, cases: number, repeats: number, gates: number, seed: number): GateShares {
  const random = seededRandom(seed);
  const counts = { pass: 0, inconclusive: 0, regressed: 0, notEvaluated: 0, extended: 0 };
  const margins: Record<string, number> = {};
  for (let gate = 0; gate < gates; gate++) {
    const suite = scenario.whole ? scenario.pool : drawCases(scenario.pool, cases, random);
    const metrics = scenario.metrics.map((metric): BlockingMetric => {
      if (scenario.unset) return { ...metric, margin: "auto" };
      return { ...metric, margin: scenario.margin ?? setMargin(metric, suite, repeats, random) };
    });
    const { verdict, extended, used } = playGate(suite, metrics, repeats, random);
    for (const [name, margin] of Object.entries(used)) margins[name] = (margins[name] ?? 0) + margin / gates;
    counts[verdict]++;
    if (extended) counts.extended++;
  }
  return {
    scenario: scenario.name,
    cases,
    repeats,
    margins,
    gates,
    pass: counts.pass / gates,
    inconclusive: (counts.inconclusive + counts.notEvaluated) / gates,
    blocked: counts.regressed / gates,
    extended: counts.extended / gates,
  };
}

/** The margin that `margin: auto` writes down: from one run of base against itself on this very suite. */
function setMargin(metric: RecordedMetric, suite: DrawnCase[], repeats: number, random: Random): number {
  const samples = suite.map(({ base }) => ({
    base: drawCases(base, repeats, random),
    head: drawCases(base, repeats, random),
  }));
  const looks = plannedLooks(repeats, { callsPerRepeat: 2 * suite.length });
  return autoMargin(comparison(metric, suite, samples), { cases: suite.length, repeats, looks }).margin;
}
