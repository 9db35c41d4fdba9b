import type { GatePolicy, SuiteComparison } from "../../../src/shared/gate/comparison.ts";
import { decideGate, decideSuite } from "../../../src/shared/gate/decide.ts";
import type { Flip, GateReport, JudgedComparison, SideFigures, WorstCase } from "../../../src/shared/gate/report.ts";
import type { Finding } from "../../../src/shared/repository/finding.ts";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import { diffPrompts, type PromptDiff } from "../../../src/shared/repository/prompt-diff.ts";
import { cases, metric, suite } from "./comparisons.ts";

export const headSha = "98e944c8de23f827be06568e28db9dfe9d0fa5f6";
export const baseSha = "ae286277be4a62bdf803737be9c228aecef01382";

export function judged(input: SuiteComparison, rest: Partial<JudgedComparison> = {}): JudgedComparison {
  const most = Math.max(0, ...input.metrics.map((own) => own.cases.length));
  return {
    suite: input.suite,
    suitePath: `evals/${input.suite}.yaml`,
    prompt: "assistant",
    promptPath: "prompts/assistant.prompt.md",
    rules: "base",
    isNew: false,
    advisory: false,
    repeats: 3,
    cases: most,
    unchangedCases: 0,
    verdict: decideSuite(input),
    ...rest,
  };
}

/** A report with the verdict that the decision gives of its comparisons. */
export function reportOf(
  comparisons: JudgedComparison[],
  rest: Partial<GateReport> = {},
  policy: Partial<GatePolicy> = {},
): GateReport {
  const mode = rest.mode ?? "enforce";
  const deciding = comparisons.filter(({ advisory }) => !advisory).map(({ verdict }) => verdict);
  return {
    gateId: "pull-7-2-98e944c8de",
    kind: "pull",
    repository: "acme/support",
    number: 7,
    headSha,
    baseSha,
    mode,
    policyFrom: "base",
    verdict: decideGate(deciding, { inconclusive: "warn", ...policy, mode }),
    comparisons,
    figures: comparisons.length > 0 ? [figures("base"), figures("head", { reused: 0, costNanoUsd: 76_469_200 })] : [],
    diffs: [],
    flips: [],
    edits: [],
    findings: [],
    failures: [],
    startedAt: "2026-03-02T10:00:00.000Z",
    concludedAt: "2026-03-02T10:01:00.000Z",
    ...rest,
  };
}

export function figures(side: "base" | "head", rest: Partial<SideFigures> = {}): SideFigures {
  return {
    side,
    prompt: "assistant",
    suite: "support",
    promptVersion: side === "base" ? "1.0.0" : "1.1.0",
    deployment: "gpt-4.1-mini",
    modelVersion: "2025-04-14",
    answeredBy: { "gpt-4.1-mini-2025-04-14": 300 },
    samples: 300,
    reused: 300,
    filtered: 0,
    truncated: 0,
    inputTokens: 96_270,
    outputTokens: 5403,
    withoutUsage: 0,
    costNanoUsd: 47_152_800,
    unpriced: 0,
    latencyP50: 842.2,
    latencyP95: 2417.5,
    ...rest,
  };
}

export function flip(caseId: string, rest: Partial<Flip> = {}): Flip {
  return {
    suite: "support",
    prompt: "assistant",
    caseId,
    metric: "groundedness",
    direction: "passToFail",
    segments: { language: "de" },
    input: "question: How long may I keep the bike?\ncontext: A rental lasts at most 24 hours.",
    baseOutput: "At most 24 hours.",
    headOutput: "As long as you like, my friend.",
    baseScore: 1,
    headScore: 0,
    reason: "1 of 1 claims unsupported: “As long as you like”",
    ...rest,
  };
}

export function worstCase(caseId: string, rest: Partial<WorstCase> = {}): WorstCase {
  const { suite: ofSuite, prompt, metric: name, segments, input, headOutput, headScore, reason } = flip(caseId);
  return {
    ...{ suite: ofSuite, prompt, caseId, metric: name, kind: "fails", segments, input, headOutput, headScore },
    ...{ repeats: 1, ...(reason ? { reason } : {}), ...rest },
  };
}

export function finding(rest: Partial<Finding> = {}): Finding {
  return {
    code: "prompt/not-covered",
    severity: "error",
    path: "prompts/refunds.prompt.md",
    line: 1,
    column: 1,
    message: "no suite with thresholds covers this prompt",
    fix: "name it in `prompts:` of a suite under evals/",
    ...rest,
  };
}

/** A prompt whose system message and parameters are these, before and after; `undefined` where a side lacks it. */
export function promptDiff(base: string | undefined, head: string | undefined, temperatures = [0.2, 0.7]): PromptDiff {
  const read = (system: string | undefined, side: number) => {
    if (system === undefined) return undefined;
    const lines = [
      "---",
      "schema: assay/prompt/v1",
      "name: assistant",
      `version: 1.${side}.0`,
      "model: gpt-4.1-mini@2025-04-14",
      `parameters: { temperature: ${temperatures[side]} }`,
      "inputs:",
      "  question: { type: string }",
      "---",
      "system:",
      system,
      "",
      "user:",
      "{{question}}",
    ];
    return parsePrompt("prompts/assistant.prompt.md", new TextEncoder().encode(lines.join("\n"))).prompt;
  };
  return diffPrompts(read(base, 0), read(head, 1));
}

/** Groundedness falls on 30 of 100 cases; the format holds; latency of a cached base is not compared. */
export function fallingSuite() {
  return suite([
    metric([...cases("lost", 30, 1, 0), ...cases("kept", 70, 1, 1)], { threshold: 0.85, margin: 0.05 }),
    metric(cases("kept", 100, 1, 1), { name: "format", primary: false }),
    metric(cases("kept", 100, 0.8, 0.9), {
      name: "latency",
      scale: "number",
      better: "lower",
      primary: false,
      blocking: false,
      compared: false,
      unit: "s",
    }),
    metric([...cases("more", 50, 0.0001, 0.0002), ...cases("less", 50, 0.0001, 0.00015)], {
      name: "cost",
      scale: "number",
      better: "lower",
      primary: false,
      blocking: false,
    }),
  ]);
}

export function holdingSuite() {
  return suite([
    metric([...cases("a", 3, 1, 0), ...cases("b", 3, 0, 1), ...cases("kept", 294, 1, 1)], {
      threshold: 0.85,
      margin: 0.05,
    }),
    metric(cases("kept", 300, 1, 1), { name: "format", primary: false }),
  ]);
}

/** Two cases of twenty lost: a loss of more than the margin may be chance. */
export function smallSuite() {
  return suite([metric([...cases("lost", 2, 1, 0), ...cases("kept", 18, 1, 1)])]);
}

export const scenarios = {
  pass: () => reportOf([judged(holdingSuite())], { diffs: [promptDiff("Be brief.", "Be brief and kind.")] }),
  regressed: () =>
    reportOf([judged(fallingSuite())], {
      diffs: [promptDiff(`Be brief.\n${rules(12)}\nStay with the documents.`, `Be warm.\n${rules(12)}\nHave fun.`)],
      flips: Array.from({ length: 30 }, (_, index) => flip(`lost-${index}`)),
      figures: [
        figures("base", { filtered: 3, withoutUsage: 3, unpriced: 3 }),
        figures("head", { reused: 0, costNanoUsd: 76_469_200, latencyP50: 961, truncated: 2 }),
      ],
    }),
  inconclusive: () => reportOf([judged(smallSuite())]),
  inconclusiveBlocked: () => reportOf([judged(smallSuite())], {}, { inconclusive: "block" }),
  notEvaluated: () =>
    reportOf([judged({ ...holdingSuite(), infrastructureFailure: "34 of 720 calls failed" })], {
      failures: ["34 × HTTP 503: The service is unavailable", "2 × timeout: no answer within 60 s"],
      calls: { planned: 720, failed: 36 },
    }),
  observe: () => reportOf([judged(fallingSuite())], { mode: "observe", policyFrom: "head" }),
  newPrompt: () => {
    const fresh = suite([
      metric(
        [...cases("new", 90, 0, 1), ...cases("bad", 10, 0, 0)].map((own) => ({ ...own, base: [] })),
        { threshold: 0.6 },
      ),
    ]);
    return reportOf([judged(fresh, { rules: "head", isNew: true })], {
      diffs: [promptDiff(undefined, "Answer from the documents.")],
      figures: [figures("head", { reused: 0 })],
    });
  },
  edited: () =>
    reportOf(
      [
        judged(fallingSuite()),
        judged(suite([metric(cases("kept", 100, 1, 1), { threshold: 0.5, margin: 0.4 })]), { rules: "head" }),
      ],
      {
        edits: [
          "evals/support.yaml: removes 3 cases: lost-1, lost-2, lost-3",
          "evals/support.yaml: groundedness: threshold 0.85 → 0.5",
          "evals/support.yaml: groundedness: margin 0.05 → 0.4",
        ],
      },
    ),
  findings: () =>
    reportOf([], {
      verdict: {
        verdict: "notEvaluated",
        conclusion: "failure",
        blocked: true,
        title: "Not evaluated: 2 findings to mend first",
        reasons: ["2 findings to mend first"],
        suites: [],
      },
      findings: [
        finding(),
        finding({
          code: "prompt/version-not-bumped",
          severity: "warning",
          line: 4,
          column: 10,
          message: "version is still 1.0.0",
          fix: "raise it to 1.1.0",
        }),
        finding({
          code: "suite/invalid",
          path: "evals/support (old).yaml",
          line: 12,
          column: 3,
          endLine: 12,
          endColumn: 9,
          message: "`margin` must be a number",
        }),
      ],
    }),
  hundredsOfFlips: () => {
    const lost = suite([
      metric([...cases("lost", 300, 1, 0), ...cases("won", 100, 0, 1), ...cases("kept", 400, 1, 1)]),
    ]);
    const flips = Array.from({ length: 400 }, (_, index) =>
      flip(`${index < 300 ? "lost" : "won"}-${index % 300}`, {
        direction: index < 300 ? "passToFail" : "failToPass",
        headOutput: `${"word ".repeat(2000)}${index}`,
      }),
    );
    return reportOf([judged(lost)], { flips });
  },
  thirtyMetrics: () =>
    reportOf([
      judged(
        suite(
          Array.from({ length: 30 }, (_, index) =>
            metric(cases("kept", 100, 1, 1), { name: `metric-${index}`, primary: index === 7 }),
          ),
        ),
      ),
    ]),
  manySuites: () =>
    reportOf(
      Array.from({ length: 60 }, (_, index) =>
        judged(
          { ...(index === 41 ? fallingSuite() : holdingSuite()), suite: `suite-${index}` },
          { advisory: index === 3 },
        ),
      ),
    ),
  overBudget: () =>
    reportOf([], {
      verdict: {
        verdict: "notEvaluated",
        conclusion: "action_required",
        blocked: true,
        title: "Not evaluated: a run would make 9000 calls; caps.maxCallsPerRun of assay.yaml allows 2000",
        reasons: ["a run would make 9000 calls; caps.maxCallsPerRun of assay.yaml allows 2000"],
        suites: [],
      },
    }),
  empty: () => reportOf([]),
  baseline: () => {
    const {
      baseSha: _,
      number: __,
      ...report
    } = reportOf([judged(holdingSuite(), { isNew: true })], { kind: "baseline" });
    return report;
  },
} satisfies Record<string, () => GateReport>;

function rules(n: number): string {
  return Array.from({ length: n }, (_, index) => `Rule ${index + 1}: stay polite.`).join("\n");
}
