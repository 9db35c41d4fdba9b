import type { Plan } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import type { GateReport } from "./report.ts";
import type { Gate } from "./schema.ts";

/** What later gates compare with, and what reproduces it: models that answered, dataset, seed, repeats. */
export async function recordBaselines(gate: Gate, plan: Plan, report: GateReport, ports: GatePorts): Promise<void> {
  for (const comparison of plan.comparisons) {
    const same = (item: { suite: string; prompt: string }) =>
      item.suite === comparison.suite && item.prompt === comparison.prompt;
    const run = plan.runs.find(same);
    const judged = report.comparisons.find(same);
    if (!run || !judged) continue;
    await ports.store.baselines.insert(gate.repositoryId, `${comparison.suite}:${comparison.prompt}:${gate.headSha}`, {
      suite: comparison.suite,
      prompt: comparison.prompt,
      commit: gate.headSha,
      gateId: gate.gateId,
      subjectDigest: run.subjectDigest,
      deployment: run.deployment,
      answeredBy: report.figures.find(same)?.answeredBy ?? {},
      datasetDigest: comparison.datasetDigest,
      lineage: comparison.lineage,
      ...(run.seed === undefined ? {} : { seed: run.seed }),
      repeats: comparison.repeats,
      judges: Object.fromEntries(Object.entries(comparison.judges).map(([metric, { asks }]) => [metric, asks])),
      judgedBy: report.figures.find(same)?.judged?.by ?? [],
      metrics: Object.fromEntries(judged.verdict.metrics.map(({ name, headMean }) => [name, headMean ?? null])),
      recordedAt: report.concludedAt,
    });
  }
}
