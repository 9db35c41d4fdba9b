import type { Plan } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import type { GateReport } from "./report.ts";
import type { Baseline, Gate } from "./schema.ts";

/** What later gates compare with, and what reproduces it: models that answered, dataset, seed, repeats. */
export function baselinesOf(
  gate: Pick<Gate, "gateId" | "headSha">,
  plan: Pick<Plan, "comparisons" | "runs">,
  { comparisons, figures, concludedAt }: Pick<GateReport, "comparisons" | "figures" | "concludedAt">,
): Baseline[] {
  return plan.comparisons.flatMap((comparison): Baseline[] => {
    const same = (item: { suite: string; prompt: string }) =>
      item.suite === comparison.suite && item.prompt === comparison.prompt;
    const run = plan.runs.find(same);
    const judged = comparisons.find(same);
    if (!run || !judged) return [];
    const own = figures.find(same);
    return [
      {
        suite: comparison.suite,
        prompt: comparison.prompt,
        commit: gate.headSha,
        gateId: gate.gateId,
        subjectDigest: run.subjectDigest,
        deployment: run.deployment,
        answeredBy: own?.answeredBy ?? {},
        datasetDigest: comparison.datasetDigest,
        lineage: comparison.lineage,
        ...(run.seed === undefined ? {} : { seed: run.seed }),
        repeats: comparison.repeats,
        judges: Object.fromEntries(Object.entries(comparison.judges).map(([metric, { asks }]) => [metric, asks])),
        judgedBy: own?.judged?.by ?? [],
        metrics: Object.fromEntries(judged.verdict.metrics.map(({ name, headMean }) => [name, headMean ?? null])),
        recordedAt: concludedAt,
      },
    ];
  });
}

export async function recordBaselines(gate: Gate, { baselines = [] }: GateReport, ports: GatePorts): Promise<void> {
  for (const baseline of baselines) {
    const key = `${baseline.suite}:${baseline.prompt}:${gate.headSha}`;
    await ports.store.baselines.insert(gate.repositoryId, key, baseline);
  }
}
