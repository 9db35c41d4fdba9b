import * as z from "zod";
import type { Finding } from "../repository/finding.ts";
import type { PromptDiff } from "../repository/prompt-diff.ts";
import type { GateVerdict, SuiteVerdict } from "./comparison.ts";
import type { Rules } from "./plan.ts";
import type { RouteDiff } from "./route-diffs.ts";
import type { Baseline, GateKind } from "./schema.ts";
import type { ShownRelease } from "./shown-release.ts";

/** One suite on one prompt, judged under one side's rules. */
export interface JudgedComparison {
  suite: string;
  suitePath: string;
  prompt: string;
  promptPath: string;
  rules: Rules;
  /** New prompt or suite: judged on absolute thresholds. */
  isNew: boolean;
  /** Shown, and no part of the gate's verdict. */
  advisory: boolean;
  repeats: number;
  cases: number;
  /** Cases whose request is byte-identical on both sides. */
  unchangedCases: number;
  /** Every request is the same, and the pinned version is not: no request carries it. */
  repinned?: { from?: string; to?: string };
  /** Repeats of each changed case that were added because the look before was inconclusive, and why. */
  extended?: { from: number; to: number; reason: string };
  /** Why an inconclusive comparison drew no more. */
  notExtended?: string;
  verdict: SuiteVerdict;
}

/** A case that changed sides of a metric's pass line, with what was asked and answered. Texts are redacted. */
export interface Flip {
  suite: string;
  prompt: string;
  caseId: string;
  metric: string;
  direction: "passToFail" | "failToPass";
  segments: Record<string, string>;
  /** Rendered inputs, as sent. */
  input: string;
  baseOutput: string;
  headOutput: string;
  baseScore: number;
  headScore: number;
  /** What the evaluator says of the worse side, if anything. */
  reason?: string;
}

/** A case that speaks for a verdict without having changed sides of a pass line. Texts are redacted. */
export interface WorstCase {
  suite: string;
  prompt: string;
  caseId: string;
  metric: string;
  /** `fails`: it misses the floor, or must pass and does not; `fell`: its mean over the repeats fell. */
  kind: "fails" | "fell";
  segments: Record<string, string>;
  input: string;
  /** Absent where the base has no such case. */
  baseOutput?: string;
  headOutput: string;
  /** Means over the repeats. */
  baseScore?: number;
  headScore: number;
  repeats: number;
  /** What the evaluator says of the repeat that is shown. */
  reason?: string;
}

/** What one side asked and got. */
export interface SideFigures {
  side: "base" | "head";
  prompt: string;
  suite: string;
  promptVersion?: string;
  deployment: string;
  modelVersion?: string;
  /** How many answers each model says it gave. */
  answeredBy: Record<string, number>;
  samples: number;
  /** Samples that an earlier gate or baseline paid for. */
  reused: number;
  filtered: number;
  truncated: number;
  inputTokens: number;
  outputTokens: number;
  /** Samples without usage: missing is not zero. */
  withoutUsage: number;
  /** Of the samples whose price is known. */
  costNanoUsd: number;
  /** Samples whose cost is unknown. */
  unpriced: number;
  /** What judges and embeddings of these samples cost beside that; absent where none was asked. */
  judged?: { calls: number; costNanoUsd: number; unpriced: number; by: string[] };
  /** Milliseconds; absent where there are no samples. */
  latencyP50?: number;
  latencyP95?: number;
}

/** Everything that a gate has to say, as data: the evidence that is stored before anyone is told. */
export interface GateReport {
  gateId: string;
  kind: GateKind;
  /** owner/name */
  repository: string;
  number?: number;
  headSha: string;
  baseSha?: string;
  mode: "observe" | "enforce";
  policyFrom: "base" | "head" | "default";
  /** Who allowed a fork's commit to be tested. */
  okBy?: string;
  verdict: GateVerdict;
  comparisons: JudgedComparison[];
  figures: SideFigures[];
  diffs: PromptDiff[];
  /** Absent where no route differs. */
  routes?: RouteDiff[];
  /** Absent where no manifest differs. */
  releases?: ShownRelease[];
  flips: Flip[];
  /** Absent where every verdict has flips to show, or passes. */
  worst?: WorstCase[];
  /** What the pull request does to the bar that it is measured by, each a sentence. */
  edits: string[];
  findings: Finding[];
  /** Calls that failed, counted by reason: "12 × HTTP 503: …". */
  failures: string[];
  /** Samples that the gate's shards stand for, reused ones included, and calls among them that failed for good. */
  calls?: { planned: number; failed: number };
  /** What is recorded of a merged commit; absent on other gates. */
  baselines?: Baseline[];
  /** ISO 8601. */
  startedAt: string;
  concludedAt: string;
}

/** As it was stored: written and read by this product alone. */
export const GateReport = z.custom<GateReport>(
  (value) => typeof value === "object" && value !== null && "gateId" in value,
);
