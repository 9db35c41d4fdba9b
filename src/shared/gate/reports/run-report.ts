import type { GateReport } from "../report.ts";

/** A sample that did not pass a metric, or has no score for it. Texts are redacted. */
export interface FailingSample {
  suite: string;
  prompt: string;
  caseId: string;
  repeat: number;
  metric: string;
  /** Absent where there is none. */
  score?: number;
  reason?: string;
  output: string;
}

/** What one run of the command line has to say: a gate's report, with what only the one who ran it asks for. */
export interface RunReport {
  /** `eval`: one side against its floors; `compare`: base against head. */
  kind: "eval" | "compare";
  /** What was compared with what, or evaluated where: one line. */
  subject: string;
  /** Verdict and why, one line. */
  line: string;
  /** What a reader has to know: cases that left, calls that were paid again, each a sentence. */
  notes: string[];
  failing: FailingSample[];
  report: GateReport;
}

export type ReportFormat = "text" | "json" | "junit" | "markdown" | "html";
