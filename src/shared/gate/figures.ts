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
  const sums = createSampleSums(gateId);
  for (const sample of samples.values()) sums.add(sample);
  return { ...namesOf(run), ...sums.figures() };
}

export function namesOf({ side, prompt, suite, promptVersion, deployment, modelVersion }: PlannedRun) {
  return {
    side,
    prompt,
    suite,
    deployment,
    ...(promptVersion ? { promptVersion } : {}),
    ...(modelVersion ? { modelVersion } : {}),
  };
}

/** Figures of samples that are seen one after the other. */
export interface SampleSums {
  add(sample: Omit<StoredSample, "output">): void;
  figures(): Omit<SideFigures, "side" | "prompt" | "suite" | "deployment" | "promptVersion" | "modelVersion">;
}

export function createSampleSums(gateId: string): SampleSums {
  const answeredBy: Record<string, number> = {};
  const latencies: number[] = [];
  const by = new Set<string>();
  const asked = { rows: 0, calls: 0, costNanoUsd: 0, unpriced: 0 };
  const sum = { reused: 0, filtered: 0, truncated: 0, inputTokens: 0, outputTokens: 0, withoutUsage: 0 };
  const cost = { costNanoUsd: 0, unpriced: 0 };
  return {
    add(sample) {
      const { answeredBy: model = notSaid, usage, outcome, costNanoUsd } = sample;
      answeredBy[model] = (answeredBy[model] ?? 0) + 1;
      latencies.push(sample.latencyMs);
      if (sample.gateId !== gateId) sum.reused++;
      if (outcome === "filtered") sum.filtered++;
      if (outcome === "truncated") sum.truncated++;
      if (usage === undefined) sum.withoutUsage++;
      sum.inputTokens += usage?.inputTokens ?? 0;
      sum.outputTokens += usage?.outputTokens ?? 0;
      if (costNanoUsd === undefined) cost.unpriced++;
      cost.costNanoUsd += costNanoUsd ?? 0;
      if (sample.asked) {
        asked.rows++;
        asked.calls += sample.asked.calls;
        asked.costNanoUsd += sample.asked.costNanoUsd ?? 0;
        asked.unpriced += sample.asked.unpriced ?? 0;
      }
      for (const score of Object.values(sample.scores))
        if ("value" in score && score.judgedBy !== undefined) by.add(score.judgedBy);
    },
    figures() {
      const sorted = Float64Array.from(latencies).sort();
      const [p50, p95] = [0.5, 0.95].map((p) => sorted[Math.ceil(p * sorted.length) - 1]);
      const { rows, ...judged } = asked;
      return {
        answeredBy,
        samples: latencies.length,
        ...sum,
        ...cost,
        ...(rows > 0 || by.size > 0 ? { judged: { ...judged, by: [...by].sort() } } : {}),
        ...(p50 === undefined ? {} : { latencyP50: p50 }),
        ...(p95 === undefined ? {} : { latencyP95: p95 }),
      };
    },
  };
}
