import { calibrateJudge, defaultFloor } from "../evals/calibration/calibrate-judge.ts";
import { resolveMetrics } from "../evals/metrics.ts";
import type { Suite } from "../repository/ai-repository.ts";
import type { Labels } from "../repository/label.ts";
import type { SuiteEvaluator } from "../repository/suite.ts";
import { metricName } from "./edits.ts";
import type { PlannedJudge } from "./plan.ts";

/** What the labels say of each metric that a judge scores. Embeddings are pinned too, and need no labels. */
export function judgesOf(entries: readonly SuiteEvaluator[], { labels, judged }: Labels): Record<string, PlannedJudge> {
  const found: Record<string, PlannedJudge> = {};
  for (const metric of resolveMetrics(entries).metrics) {
    if (metric.asks.length === 0) continue;
    const asks = metric.asks.map(({ deployment, version, promptDigest }) =>
      [`${deployment}${version === undefined ? "" : `@${version}`}`, ...(promptDigest ? [promptDigest] : [])].join(" "),
    );
    const own = ({ metric: name }: { metric: string }) => name === metric.name;
    const entry = entries.find((item) => metricName(item) === metric.name);
    const isJudged = metric.asks.some(({ kind }) => kind === "judge");
    const { calibrated, says } = isJudged
      ? calibrateJudge({
          labels: labels.filter(own),
          judged: judged.filter(own),
          judge: metric.digest,
          passAt: metric.passAt ?? 0.5,
          better: metric.better,
          floor: {
            kappa: entry?.calibration?.kappa ?? defaultFloor.kappa,
            agreement: entry?.calibration?.agreement ?? defaultFloor.agreement,
          },
        })
      : { calibrated: true, says: "embeddings are compared" };
    found[metric.name] = { calibrated, says, asks };
  }
  return found;
}

/**
 * The head's metrics with the base's judges: who judges a change is decided where it is merged to, and a new judge takes
 * office with the merge. What the head asks of the scores (floors, margins) stays its own.
 */
export function withJudgesOf(base: Suite | undefined, entries: readonly SuiteEvaluator[]): SuiteEvaluator[] {
  const before = new Map((base?.evaluators ?? []).map((entry) => [metricName(entry), entry]));
  return entries.map((entry) => {
    const was = before.get(metricName(entry));
    return was && asksModel(was) ? { ...entry, uses: was.uses, with: was.with } : entry;
  });
}

function asksModel(entry: SuiteEvaluator): boolean {
  return resolveMetrics([entry]).metrics.some(({ asks }) => asks.length > 0);
}
