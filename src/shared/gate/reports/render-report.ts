import type { ReportFormat, RunReport } from "./run-report.ts";
import type { Style } from "./text-report.ts";

/** By a file's ending. */
const formats: Record<string, ReportFormat> = { txt: "text", json: "json", xml: "junit", md: "markdown", html: "html" };

export const reportFormats: readonly ReportFormat[] = ["text", "json", "junit", "markdown", "html"];

export function formatOf(file: string): ReportFormat | undefined {
  return formats[/\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? ""];
}

/** A run's report as a file's content; only what the format needs is loaded. */
export async function renderReport(run: RunReport, format: ReportFormat, style?: Style): Promise<string> {
  if (format === "json") return `${JSON.stringify(jsonReport(run))}\n`;
  if (format === "junit") return (await import("./junit-report.ts")).junitReport(run);
  if (format === "markdown") return (await import("./markdown-report.ts")).markdownReport(run);
  if (format === "html") return (await import("./html-report.ts")).htmlReport(run);
  return (await import("./text-report.ts")).textReport(run, style);
}

/** The verdict first, for those who read one key; the gate's whole report below it. */
export function jsonReport({
  report,
  kind,
  subject,
  line,
  notes,
  failing,
  classes,
  speed,
}: RunReport): Record<string, unknown> {
  const { verdict, reasons } = report.verdict;
  return { schema: "assay/report/v1", kind, verdict, line, reasons, subject, notes, speed, failing, classes, report };
}
