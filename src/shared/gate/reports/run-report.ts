import type { GateReport } from "../report.ts";
import type { ClassFigures } from "./class-figures.ts";

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

/** Calls, scores and storage of a run, from its first call to its last sample; its start and its verdict are not in it. */
export interface RunSpeed {
  calls: number;
  samples: number;
  /** Samples of earlier runs. */
  kept: number;
  seconds: number;
  callsPerSecond?: number;
  cpuSeconds: number;
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
  /** Of suites that classify; absent where none does. */
  classes?: ClassFigures[];
  /** Absent where no calls were to be made: files of results. */
  speed?: RunSpeed;
  report: GateReport;
}

export type ReportFormat = "text" | "json" | "junit" | "markdown" | "html";
