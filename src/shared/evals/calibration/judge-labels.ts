import type { JudgedLabel, Label } from "../../repository/label.ts";
import type { EvalCase } from "../../repository/suite.ts";
import type { Metric } from "../metrics.ts";
import { scoreSample } from "../score-sample.ts";
import type { ScoringModels } from "../scoring-models.ts";
import { sampleDigest } from "./sample-digest.ts";

export interface JudgedLabels {
  judged: JudgedLabel[];
  /** Labels that the judge could not be asked about, and why. */
  problems: string[];
}

/**
 * Asks the judge about every labelled sample that it has not judged as it is now. A label needs its case and its answer for
 * that; one whose case changed since is of another sample.
 */
export async function judgeLabels(
  metric: Metric,
  labels: readonly Label[],
  cases: ReadonlyMap<string, EvalCase>,
  models: ScoringModels,
  concurrency: number,
): Promise<JudgedLabels> {
  const found = new Map<string, JudgedLabel>();
  const problems: string[] = [];
  const open = [...new Map(labels.map((label) => [label.sample, label])).values()];

  async function judge({ sample, case: caseId, output }: Label): Promise<void> {
    const item = caseId === undefined ? undefined : cases.get(caseId);
    if (caseId === undefined || output === undefined)
      problems.push(
        `${sample.slice(0, 12)}: the label has no \`case\` and \`output\`, so the judge cannot be asked again`,
      );
    else if (!item) problems.push(`${sample.slice(0, 12)}: there is no case \`${caseId}\` any more`);
    else if (sampleDigest(item, { output }) !== sample)
      problems.push(`${sample.slice(0, 12)}: the case \`${caseId}\` or the answer changed since it was labelled`);
    else {
      const given = { caseId, repeat: 0, requestDigest: sample, outcome: "completed" as const, output, latencyMs: 0 };
      const score = (await scoreSample([metric], { case: item, sample: given }, models))[metric.name];
      if (score && "value" in score) {
        const by = score.judgedBy === undefined ? {} : { judgedBy: score.judgedBy };
        found.set(sample, { metric: metric.name, sample, judge: metric.digest, score: score.value, ...by });
      } else if (score)
        problems.push(`${sample.slice(0, 12)}: ${"missing" in score ? score.missing : score.notApplicable}`);
    }
  }

  async function work(): Promise<void> {
    for (let label = open.shift(); label; label = open.shift()) await judge(label);
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  const order = [...new Set(labels.map(({ sample }) => sample))];
  return { judged: order.flatMap((sample) => found.get(sample) ?? []), problems };
}
