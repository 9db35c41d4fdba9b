import type { MetricVerdict, MustPassFailure, SuiteVerdict } from "./comparison.ts";
import { beyondScale, regressedReason } from "./reason.ts";
import { count, limitText, listed, meanText } from "./units.ts";

/** Why a metric regressed, as short as it can be said: "groundedness fell 12.4 points (allowed: 5)". */
export function regressedHeadline(metric: MetricVerdict): string {
  const { name, mustPassFailures, segments } = metric;
  const parts = [
    ...meanParts(metric),
    ...mustPassFailures.slice(0, 1).map(({ caseId, passed, repeats, baseFails }) => {
      const others = mustPassFailures.length - 1;
      const more = others > 0 ? ` (and ${count(others, "more case")})` : "";
      const before = baseFails ? ", which the base fails too" : "";
      return `case ${caseId} must pass ${name} and did in ${passed} of ${count(repeats, "repeat")}${before}${more}`;
    }),
    ...segments
      .filter(({ regressed }) => regressed)
      .slice(0, 1)
      .map((segment) => moved(metric, segment.rawDifference, ` in ${segment.dimension} ${segment.value}`)),
  ];
  return parts[0] ?? metric.reason;
}

/** The case that the headline of a suite's verdict names, where it names one. */
export function mustPassHeadline(verdict: SuiteVerdict): MustPassFailure | undefined {
  const [metric] = verdict.verdict === "regressed" ? headlineMetrics(verdict) : [];
  return metric && namesCase(metric) ? metric.mustPassFailures[0] : undefined;
}

/** Whether a regressed metric's headline is a case that must pass. */
export function namesCase(metric: MetricVerdict): boolean {
  return metric.mustPassFailures.length > 0 && meanParts(metric).length === 0;
}

function meanParts(metric: MetricVerdict): string[] {
  const { name, floor } = metric;
  const missed =
    floor?.verdict === "regressed" && !floor.inherited
      ? [`${name} is ${meanText(metric, floor.mean)} (${boundOf(metric)}: ${meanText(metric, floor.threshold)})`]
      : [];
  return [...lossPart(metric), ...missed];
}

/** The loss, where it is one of the reasons: a small fall beside a missed floor is not what blocks. */
function lossPart(metric: MetricVerdict): string[] {
  const { comparison, margin = 0, reason, floor } = metric;
  if (!comparison || !reason.includes(regressedReason(metric, comparison, margin))) return [];
  const below =
    floor?.verdict === "regressed"
      ? ` to ${meanText(metric, floor.mean)}, ${metric.better === "higher" ? "below" : "above"} its ${boundOf(metric)} of ${meanText(metric, floor.threshold)}`
      : "";
  return [`${moved(metric, comparison.rawDifference)}${below}`];
}

function moved(metric: MetricVerdict, rawDifference: number, where = ""): string {
  const { margin = 0 } = metric;
  const allowed = margin > 0 ? limitText(metric, margin).replace(/ points?$/, "") : "none";
  return `${metric.name}${where} ${direction(rawDifference)} ${limitText(metric, Math.abs(rawDifference))} (allowed: ${allowed})`;
}

const direction = (rawDifference: number) => (rawDifference < 0 ? "fell" : "rose");

function boundOf({ better }: Pick<MetricVerdict, "better">): string {
  return better === "higher" ? "floor" : "ceiling";
}

/** A floor with what is said of it: "≥ 85 %: missed, and before this change too". */
export function floorPhrase(metric: MetricVerdict): string {
  const { floor, better } = metric;
  if (!floor) return "none";
  const { verdict, inherited, threshold } = floor;
  const said = {
    pass: "holds",
    regressed: inherited ? "missed, and before this change too" : "missed",
    inconclusive: "not surely held",
    notEvaluated: "not evaluated",
  }[verdict];
  return `${better === "higher" ? "≥" : "≤"} ${meanText(metric, threshold)}: ${said}`;
}

/** Why nothing can be said of a metric, with what would have been seen. */
export function inconclusiveHeadline(metric: MetricVerdict): string {
  const { name, comparison, margin, mde, floor, better } = metric;
  const what = better === "higher" ? "drop" : "rise";
  const told = (effect: number) =>
    beyondScale(metric, effect)
      ? `; no ${what}, however large, would be seen for sure`
      : `; only ${what}s of ${limitText(metric, effect)} or more would be seen`;
  const sees = mde === undefined ? "" : told(mde);
  if (comparison && margin !== undefined && (comparison.lossBound?.value ?? Number.POSITIVE_INFINITY) > margin) {
    if (-comparison.difference > margin)
      return `${moved(metric, comparison.rawDifference)}, which may be chance${sees}`;
    const verb = better === "higher" ? "fallen" : "risen";
    return `${name} may have ${verb} more than the ${limitText(metric, margin)} allowed${sees}`;
  }
  if (floor?.verdict === "inconclusive") {
    return `${name} is ${meanText(metric, floor.mean)}, not surely on the right side of its ${boundOf(metric)} of ${meanText(metric, floor.threshold)}`;
  }
  return metric.reason;
}

/** One line for a suite's verdict: its primary metric first, the others by name. */
export function comparisonHeadline({ verdict }: { verdict: SuiteVerdict }): string {
  const say = { regressed: regressedHeadline, inconclusive: inconclusiveHeadline } as const;
  if (verdict.verdict !== "regressed" && verdict.verdict !== "inconclusive") return verdict.reason;
  const [first, ...others] = headlineMetrics(verdict);
  if (!first) return verdict.reason;
  const rest = others.map(({ name }) => name);
  return `${say[verdict.verdict](first)}${rest.length > 0 ? `; also ${listed(rest, 3)}` : ""}`;
}

function headlineMetrics({ metrics, verdict }: SuiteVerdict): MetricVerdict[] {
  return metrics
    .filter((metric) => metric.judged && metric.verdict === verdict)
    .toSorted((a, b) => Number(b.primary) - Number(a.primary));
}
