import type { GateReport } from "./report.ts";
import { count } from "./units.ts";

/** Verdict and why, in one line. */
export function verdictLine(report: GateReport): string {
  const { verdict } = report;
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const said = saying(report, errors.length);
  if (report.mode !== "observe" || verdict.verdict === "pass") return said;
  return `Observed only; would be: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
}

function saying({ verdict, comparisons, failures, findings, kind }: GateReport, errors: number): string {
  if (errors > 0 && comparisons.length === 0) {
    const first = findings.find(({ severity }) => severity === "error");
    return `Blocked: ${count(errors, "finding")} to mend first: ${first?.path}:${first?.line} ${first?.message}`;
  }
  const [reason = verdict.title] = verdict.reasons;
  const why = comparisons.length === 1 ? reason.replace(/^[^:]+: /, "") : reason;
  if (verdict.verdict === "pass") {
    const metrics = new Set(
      comparisons.flatMap((c) => c.verdict.metrics.filter(({ judged }) => judged).map(({ name }) => name)),
    );
    const cases = comparisons.reduce((most, c) => Math.max(most, c.cases), 0);
    const what = `${count(metrics.size, "metric")} on ${count(cases, "case")}`;
    return kind === "baseline" ? `Baseline recorded: ${what}` : `Passed: no loss beyond the margins in ${what}`;
  }
  if (verdict.verdict === "regressed")
    return kind === "baseline" ? `Baseline recorded, below its floor: ${why}` : `Blocked: ${why}`;
  if (verdict.verdict === "inconclusive") return `Inconclusive: ${why}`;
  return `Not evaluated: ${failures[0] ?? why}`;
}
