import { comparisonHeadline } from "./headline.ts";
import type { GateReport, JudgedComparison } from "./report.ts";
import { count } from "./units.ts";

/** Verdict and why, in one line of plain text: the check's title, and the comment's first line. */
export function verdictLine(report: GateReport): string {
  const [verdict, why] = saying(report);
  if (report.mode !== "observe") return `${verdict}: ${why}`;
  if (report.verdict.verdict === "pass" || verdict === "Not evaluated") return `${verdict} (observe only): ${why}`;
  return `Observe only, would be ${verdict.toLowerCase()}: ${why}`;
}

/** The mark before it. What does not block has no cross. */
export function verdictMark({ verdict, mode }: GateReport): string {
  if (verdict.conclusion === "failure") return "❌";
  if (verdict.verdict === "regressed") return mode === "observe" ? "⚠️" : "❌";
  return { pass: "✅", inconclusive: "⚠️", notEvaluated: "⏳" }[verdict.verdict];
}

function saying(report: GateReport): [verdict: string, why: string] {
  const { verdict, comparisons, findings, kind } = report;
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first && comparisons.length === 0) {
    const more = errors.length > 1 ? ` (and ${count(errors.length - 1, "more finding", "more findings")})` : "";
    return ["Blocked", `${first.path}:${first.line} ${first.message.replace(/[.\s]+$/, "")}${more}`];
  }
  const baseline = kind === "baseline";
  if (verdict.verdict === "pass") return [baseline ? "Baseline recorded" : "Passed", passedWhy(report)];
  const deciding = decidingComparisons(report);
  if (verdict.verdict === "regressed") {
    return [baseline ? "Baseline recorded, below its floor" : "Blocked", regressedWhy(report, deciding)];
  }
  if (verdict.verdict === "inconclusive") {
    const blocked = verdict.conclusion === "failure";
    return [blocked ? "Blocked as inconclusive" : "Inconclusive", openWhy(report, deciding)];
  }
  return ["Not evaluated", unevaluatedWhy(report)];
}

/** The comparisons that give the gate its verdict; the first line speaks of the first of them. */
export function decidingComparisons({
  comparisons,
  verdict,
}: Pick<GateReport, "comparisons" | "verdict">): JudgedComparison[] {
  return comparisons.filter((own) => !own.advisory && own.verdict.verdict === verdict.verdict);
}

/** Pairs of suite and prompt; one under both sides' rules counts once. */
function pairsOf(comparisons: readonly JudgedComparison[]): Map<string, JudgedComparison> {
  return new Map(comparisons.toReversed().map((own) => [`${own.suite}\n${own.prompt}`, own]));
}

function passedWhy({ comparisons, verdict, figures }: GateReport): string {
  const pairs = [...pairsOf(comparisons.filter(({ advisory }) => !advisory)).values()];
  if (pairs.length === 0) return comparisons.length > 0 ? "only advisory suites are touched" : verdict.title;
  const cases = pairs.reduce((sum, own) => sum + own.cases, 0);
  const judged = pairs.flatMap(({ suite, verdict: own }) =>
    own.metrics.filter((metric) => metric.judged).map(({ name }) => `${suite}\n${name}`),
  );
  const unmoved = pairs.every((own) => own.cases > 0 && own.unchangedCases === own.cases);
  const metrics = `${count(new Set(judged).size, "metric")} on ${count(cases, "case")}`;
  const where = pairs.length > 1 ? ` in ${pairs.length} runs` : "";
  if (!unmoved) return `${metrics}${where}`;
  const repinned = pairs.find((own) => own.repinned)?.repinned;
  if (repinned) return repinnedWhy(repinned, figures);
  return `${metrics}${where}, every request the same on both sides`;
}

/** The samples are one and the same: nothing of the other version has been seen. */
function repinnedWhy(
  { from = "none", to = "none" }: NonNullable<JudgedComparison["repinned"]>,
  figures: GateReport["figures"],
): string {
  const models = [...new Set(figures.flatMap(({ answeredBy }) => Object.keys(answeredBy)))];
  const who = models.length === 1 ? `the same model on both sides, ${models[0]}` : "the same models on both sides";
  return `the pinned version changed (${from} → ${to}) and was not evaluated: the endpoint answered with ${who}`;
}

function regressedWhy({ comparisons, verdict }: GateReport, deciding: readonly JudgedComparison[]): string {
  const [first] = deciding;
  if (!first) return stripped(verdict.reasons[0] ?? verdict.title);
  const own = comparisons.filter(({ suite, prompt }) => suite === first.suite && prompt === first.prompt);
  const passedBy = own.some((other) => other.verdict.verdict !== "regressed");
  const under = passedBy ? `, under ${first.rules === "base" ? "the base's" : "the pull request's own"} rules` : "";
  return `${where(first, comparisons)}${comparisonHeadline(first)}${under}${others(deciding)}`;
}

function openWhy({ comparisons, verdict }: GateReport, deciding: readonly JudgedComparison[]): string {
  const [first] = deciding;
  if (!first) return stripped(verdict.reasons[0] ?? verdict.title);
  return `${where(first, comparisons)}${comparisonHeadline(first)}${others(deciding)}`;
}

function where({ suite, prompt }: JudgedComparison, comparisons: readonly JudgedComparison[]): string {
  return pairsOf(comparisons).size > 1 ? `${suite} on ${prompt}: ` : "";
}

function others(deciding: readonly JudgedComparison[]): string {
  const more = pairsOf(deciding).size - 1;
  return more > 0 ? ` (and ${count(more, "more run")})` : "";
}

/** "34 of 720 calls failed (HTTP 503)". */
function unevaluatedWhy({ failures, calls, verdict }: GateReport): string {
  const [first] = failures;
  const counted = failures.map((failure) => Number(/^(\d+) × /.exec(failure)?.[1] ?? 0));
  const failed = calls?.failed ?? counted.reduce((sum, n) => sum + n, 0);
  if (first === undefined || failed === 0) return stripped(first ?? verdict.reasons[0] ?? verdict.title);
  const of = calls ? `${failed.toLocaleString("en-US")} of ${count(calls.planned, "call")}` : count(failed, "call");
  const reason = first.replace(/^\d+ × /, "").replace(/: .*$/s, "");
  return `${of} failed (${reason})`;
}

const stripped = (title: string) => title.replace(/^(?:Not evaluated|Regressed|Inconclusive): /, "");
