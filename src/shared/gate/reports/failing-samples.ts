import { requireMetrics } from "../../evals/metrics.ts";
import { scoreKey } from "../../evals/shard.ts";
import { withheld } from "../case-texts.ts";
import { passes, passingScore } from "../compared-cases.ts";
import type { CaseSamples } from "../judge.ts";
import type { PlannedComparison } from "../plan.ts";
import type { FailingSample } from "./run-report.ts";

/** As many as a person could go through. */
const mostFailing = 500;

/** Head's samples that do not pass a blocking metric, or have no score for it, case by case. */
export function failingSamples(comparison: PlannedComparison, cases: readonly CaseSamples[]): FailingSample[] {
  const metrics = requireMetrics(comparison.metrics).filter(({ blocking }) => blocking);
  const found: FailingSample[] = [];
  for (const { planned, head } of cases) {
    for (const metric of metrics) {
      const passAt = passingScore(metric);
      for (const sample of head) {
        const score = sample?.scores[scoreKey(metric.digest, planned.digest)];
        if (!sample || !score || "notApplicable" in score) continue;
        if ("value" in score && (passAt === undefined || passes(metric, score.value, passAt))) continue;
        const { suite, prompt } = comparison;
        const reason = "value" in score ? score.reason : score.missing;
        found.push({
          ...{ suite, prompt, caseId: planned.caseId, repeat: sample.repeat, metric: metric.name },
          ...("value" in score ? { score: score.value } : {}),
          ...(reason && !planned.holdout ? { reason } : {}),
          output: planned.holdout ? withheld : sample.output,
        });
        if (found.length >= mostFailing) return found;
      }
    }
  }
  return found;
}
