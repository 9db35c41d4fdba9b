import type { GateReport } from "./report.ts";
export function renderComment(report: GateReport): string {
  const rows = report.comparisons.flatMap((c) =>
    c.verdict.metrics.map(
      (m) => `${c.rules} ${m.name} ${m.verdict} base ${m.comparison?.baseMean} head ${m.headMean} ${m.reason}`,
    ),
  );
  return `<!-- assay:gate:v1 -->\n${report.verdict.title}\n${rows.join("\n")}\n${report.edits.join("\n")}\n${JSON.stringify(report.figures)}\nflips ${report.flips.length}\nfailures ${report.failures}\n${report.findings.map((f) => f.code + f.message)}`;
}
export function renderWaiting(sha: string): string {
  return `<!-- assay:gate:v1 -->\nwaiting /ok-to-test ${sha}`;
}
