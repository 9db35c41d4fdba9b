import { InvalidInputError } from "../../errors.ts";
import type { EvalCase } from "../../repository/suite.ts";
import type { CaseScores, MetricComparison, SuiteComparison } from "../comparison.ts";
import { listed } from "../units.ts";
import type { MetricRule } from "./metric-rules.ts";
import { metricNames, type Results } from "./result-rows.ts";

/** What does not take part, by name, so that nobody has to count. */
export interface LeftOut {
  /** Ids that only one side has. */
  onlyBase: string[];
  onlyHead: string[];
  /** Metrics that only one side has. */
  metricsOnlyBase: string[];
  metricsOnlyHead: string[];
}

export function leftOut(base: Results, head: Results): LeftOut {
  const [baseMetrics, headMetrics] = [metricNames(base), metricNames(head)];
  return {
    onlyBase: [...base.keys()].filter((id) => !head.has(id)),
    onlyHead: [...head.keys()].filter((id) => !base.has(id)),
    metricsOnlyBase: baseMetrics.filter((name) => !headMetrics.includes(name)),
    metricsOnlyHead: headMetrics.filter((name) => !baseMetrics.includes(name)),
  };
}

/** What has left the comparison, a sentence each. */
export function leftOutSentences(out: LeftOut): string[] {
  const say = (ids: string[], what: string, side: string) =>
    ids.length === 0
      ? []
      : [`${ids.length} ${what}${ids.length === 1 ? "" : "s"} only in ${side}, left out: ${listed(ids, 20)}`];
  return [
    ...say(out.onlyBase, "case", "base"),
    ...say(out.onlyHead, "case", "head"),
    ...say(out.metricsOnlyBase, "metric", "base"),
    ...say(out.metricsOnlyHead, "metric", "head"),
  ];
}

/** What a suite says of results: its name, its cases (segments, clusters, weights), and how they are counted. */
export interface ResultSuite {
  name: string;
  cases: readonly EvalCase[];
  segmentBy?: string[];
  mustPassRepeats?: number | undefined;
}

/**
 * Two sides' results as the gate's decision takes them. A case of base that head lacks has no score there; a case that only
 * head has is compared with nothing. A case that must pass takes part whoever has it.
 */
export function resultComparison(
  { name, cases, segmentBy = [], mustPassRepeats }: ResultSuite,
  sides: { base: Results; head: Results },
  rules: readonly MetricRule[],
): SuiteComparison {
  const known = new Map(cases.map((item) => [item.id, item]));
  const required = cases.filter(({ mustPass }) => mustPass).map(({ id }) => id);
  const ids = [...new Set([...sides.base.keys(), ...required])];
  if (![...sides.base.keys()].some((id) => sides.head.has(id)))
    throw new InvalidInputError(
      "No id is on both sides, so there is nothing to compare; base and head must come from the same cases.",
    );
  const metrics = rules.map(
    ({ cut, ...rule }): MetricComparison => ({
      ...rule,
      cases: ids.map((id): CaseScores => {
        const { segments = {}, cluster, weight = 1, mustPass = false } = known.get(id) ?? {};
        const scores = (side: Results) =>
          (side.get(id) ?? []).map((sample) => scoreOf(sample[rule.name], cut, rule.better));
        const own = { base: scores(sides.base), head: scores(sides.head) };
        return {
          caseId: id,
          segments,
          ...(cluster === undefined ? {} : { cluster }),
          mustPass,
          weight,
          unchanged: false,
          ...own,
        };
      }),
    }),
  );
  return { suite: name, metrics, segmentBy, ...(mustPassRepeats === undefined ? {} : { mustPassRepeats }) };
}

function scoreOf(value: number | null | undefined, cut: number | undefined, better: "higher" | "lower"): number | null {
  if (value === undefined || value === null || cut === undefined) return value ?? null;
  return (better === "higher" ? value >= cut : value <= cut) ? 1 : 0;
}

/** Finite values of one metric on both sides. */
export function valuesOf({ base, head }: { base: Results; head: Results }, name: string): number[] {
  return [base, head].flatMap((side) => [...side.values()].flat().flatMap((sample) => sample[name] ?? []));
}
