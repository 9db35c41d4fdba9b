import { baselineMargin } from "../../src/shared/gate/baseline-margin.ts";
import type { CaseScores, MetricComparison, SuiteVerdict, Verdict } from "../../src/shared/gate/comparison.ts";
import { plannedLooks } from "../../src/shared/gate/extension.ts";
import { takeLook } from "../../src/shared/gate/take-look.ts";
import { type Random, randomIndex } from "../../src/shared/statistics/random.ts";
import type { RecordedMetric } from "./recorded-cases.ts";

/** One case of a drawn suite: the recorded runs that each side's samples are drawn from, with replacement. */
export interface DrawnCase {
  key: string;
  base: Record<string, number>[];
  head: Record<string, number>[];
}

export interface BlockingMetric extends RecordedMetric {
  margin: number | "auto";
}

export interface Played {
  verdict: Verdict;
  /** Repeats at the end, over repeats at the start. */
  extended: boolean;
  suite: SuiteVerdict;
  /** The margins that held, by metric. */
  used: Record<string, number>;
}

/** Cases drawn with replacement: the suite is a sample of what could have been asked. */
export function drawCases<Case>(cases: Case[], count: number, random: Random): Case[] {
  return Array.from({ length: count }, () => {
    const drawn = cases[randomIndex(random, cases.length)];
    if (drawn === undefined) throw new Error("there is no case to draw from");
    return drawn;
  });
}

/** One gate, as it is in production: decide, and while the decision says so draw more repeats and decide again. */
export function playGate(cases: DrawnCase[], metrics: BlockingMetric[], repeats: number, random: Random): Played {
  const samples = cases.map(() => ({ base: [] as Record<string, number>[], head: [] as Record<string, number>[] }));
  const budget = { callsPerRepeat: 2 * cases.length };
  const looks = plannedLooks(repeats, budget);
  let look = 1;
  let wanted = repeats;
  for (;;) {
    for (const [i, drawn] of cases.entries()) {
      const sample = samples[i];
      while (sample && sample.head.length < wanted) {
        sample.base.push(...drawCases(drawn.base, 1, random));
        sample.head.push(...drawCases(drawn.head, 1, random));
      }
    }
    const input = {
      suite: "drawn",
      metrics: metrics.map((metric) => withMargin(metric, comparison(metric, cases, samples), { repeats, looks })),
    };
    const { verdict: suite, next } = takeLook(input, { look, looks, repeats: wanted, budget });
    if (!next.extend) return { verdict: suite.verdict, extended: look > 1, suite, used: usedMargins(input.metrics) };
    look = next.look;
    wanted = next.repeats;
  }
}

/** As the gate does: what is declared, or what base's own repeats give where the suite is still on auto. */
function withMargin(
  { margin }: BlockingMetric,
  measured: MetricComparison,
  { repeats, looks }: { repeats: number; looks: number },
): MetricComparison {
  if (margin !== "auto") return { ...measured, margin };
  const set = baselineMargin(measured, { cases: measured.cases.length, repeats, looks });
  return set ? { ...measured, margin: set.margin } : measured;
}

function usedMargins(metrics: readonly MetricComparison[]): Record<string, number> {
  return Object.fromEntries(metrics.map(({ name, margin = Number.NaN }) => [name, margin]));
}

/** What is drawn for one metric, in the form that the gate decides on. */
export function comparison(
  metric: RecordedMetric,
  cases: { key: string }[],
  samples: { base: Record<string, number>[]; head: Record<string, number>[] }[],
): MetricComparison {
  const { name, scale, better } = metric;
  const of = (side: Record<string, number>[]) => side.map((scores) => scores[name] ?? null);
  return {
    name,
    scale,
    better,
    primary: false,
    blocking: true,
    cases: cases.map(({ key }, i): CaseScores => {
      const sample = samples[i] ?? { base: [], head: [] };
      return {
        caseId: `${i}-${key}`,
        segments: {},
        mustPass: false,
        weight: 1,
        unchanged: false,
        base: of(sample.base),
        head: of(sample.head),
      };
    }),
  };
}
