import { messageOf } from "../errors.ts";
import type { Evaluator, Score } from "./evaluator.ts";
import type { Metric } from "./metrics.ts";
import type { ScoringInput } from "./sample.ts";
import { ScoringInterrupted, type ScoringModels } from "./scoring-models.ts";

/**
 * Every metric's score of one sample, by metric name. Throws nothing but ScoringInterrupted: an evaluator that throws, or answers with a number
 * that is none or outside its scale, is `missing` with the reason. A sample that the content filter stopped gets the
 * worst score of each metric that has no answer of its own for it.
 */
export async function scoreSample(
  metrics: readonly Metric[],
  input: ScoringInput,
  models?: ScoringModels,
): Promise<Record<string, Score>> {
  const scores: [string, Score][] = [];
  for (const metric of metrics) scores.push([metric.name, await scoreOne(metric, input, models)]);
  return Object.fromEntries(scores);
}

async function scoreOne({ evaluator, options }: Metric, input: ScoringInput, models?: ScoringModels): Promise<Score> {
  const filtered = input.sample.outcome === "filtered";
  try {
    const score = await evaluator.score(input, options, models);
    if ("notApplicable" in score || !filtered || evaluator.scoresFiltered) return checked(score, evaluator);
  } catch (error) {
    if (error instanceof ScoringInterrupted) throw error;
    if (!filtered || evaluator.scoresFiltered) return { missing: `${evaluator.id} failed: ${messageOf(error)}` };
  }
  return worstScore(evaluator);
}

function worstScore(evaluator: Evaluator): Score {
  const reason = "the provider's content filter stopped this sample";
  if (evaluator.worst !== undefined) return { value: evaluator.worst, reason };
  if (evaluator.scale === "number") return { missing: `${reason}, and ${evaluator.id} has no worst score` };
  return { value: evaluator.better === "higher" ? 0 : 1, reason };
}

function checked(score: Score, evaluator: Evaluator): Score {
  if (!("value" in score)) return score;
  const { value } = score;
  if (!Number.isFinite(value)) return { missing: `${evaluator.id} gave ${value}, which is no score` };
  const inScale =
    evaluator.scale === "number" ||
    (evaluator.scale === "binary" ? value === 0 || value === 1 : value >= 0 && value <= 1);
  return inScale ? score : { missing: `${evaluator.id} gave ${value}, outside its scale ${evaluator.scale}` };
}
