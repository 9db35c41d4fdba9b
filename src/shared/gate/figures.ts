import type { StoredSample } from "../evals/shard.ts";
import { notSaid } from "./answering-model.ts";
import type { CaseSamples } from "./judge.ts";
import type { PlannedComparison, PlannedRun } from "./plan.ts";
import type { SideFigures } from "./report.ts";

/** What a run asked and got, over every sample of it that is judged under either side's rules. */
export function sideFigures(
  run: PlannedRun,
  judged: readonly [PlannedComparison, CaseSamples[]][],
  gateId: string,
): SideFigures {
  const samples = new Map<string, StoredSample>();
  for (const [comparison, cases] of judged) {
    if (comparison.suite !== run.suite || comparison.prompt !== run.prompt) continue;
    for (const { planned, [run.side]: side } of cases) {
      for (const sample of side) {
        if (sample) samples.set(`${planned.caseId} ${sample.requestDigest} ${sample.repeat}`, sample);
      }
    }
  }
  const { side, prompt, suite, promptVersion, deployment, modelVersion } = run;
  return {
    side,
    prompt,
    suite,
    deployment,
    ...(promptVersion ? { promptVersion } : {}),
    ...(modelVersion ? { modelVersion } : {}),
    ...sums([...samples.values()], gateId),
  };
}

function judgedOf(samples: readonly StoredSample[]): Pick<SideFigures, "judged"> {
  const asked = samples.flatMap((sample) => sample.asked ?? []);
  const scores = samples.flatMap((sample) => Object.values(sample.scores));
  const by = new Set(scores.flatMap((score) => ("value" in score ? (score.judgedBy ?? []) : [])));
  if (asked.length === 0 && by.size === 0) return {};
  const sum = (read: (asked: NonNullable<StoredSample["asked"]>) => number | undefined) =>
    asked.reduce((total, own) => total + (read(own) ?? 0), 0);
  return {
    judged: {
      calls: sum(({ calls }) => calls),
      costNanoUsd: sum(({ costNanoUsd }) => costNanoUsd),
      unpriced: sum(({ unpriced }) => unpriced),
      by: [...by].sort(),
    },
  };
}

function sums(samples: readonly StoredSample[], gateId: string) {
  const count = (test: (sample: StoredSample) => boolean) => samples.filter(test).length;
  const sum = (read: (sample: StoredSample) => number | undefined) =>
    samples.reduce((total, s) => total + (read(s) ?? 0), 0);
  const answeredBy: Record<string, number> = {};
  for (const { answeredBy: model = notSaid } of samples) answeredBy[model] = (answeredBy[model] ?? 0) + 1;
  const latencies = samples.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((p) => latencies[Math.ceil(p * latencies.length) - 1]);
  return {
    answeredBy,
    samples: samples.length,
    reused: count((s) => s.gateId !== gateId),
    filtered: count((s) => s.outcome === "filtered"),
    truncated: count((s) => s.outcome === "truncated"),
    inputTokens: sum((s) => s.usage?.inputTokens),
    outputTokens: sum((s) => s.usage?.outputTokens),
    withoutUsage: count((s) => s.usage === undefined),
    costNanoUsd: sum((s) => s.costNanoUsd),
    unpriced: count((s) => s.costNanoUsd === undefined),
    ...judgedOf(samples),
    ...(p50 === undefined ? {} : { latencyP50: p50 }),
    ...(p95 === undefined ? {} : { latencyP95: p95 }),
  };
}
