import type { z } from "zod";
import type { Score } from "../../../../src/shared/evals/evaluator.ts";
import { requireMetrics } from "../../../../src/shared/evals/metrics.ts";
import type { Sample } from "../../../../src/shared/evals/sample.ts";
import { scoreSample } from "../../../../src/shared/evals/score-sample.ts";
import { EvalCase, SuiteEvaluator } from "../../../../src/shared/repository/suite.ts";

type CaseInput = z.input<typeof EvalCase>;

export function aCase(fields: Partial<CaseInput> = {}): EvalCase {
  return EvalCase.parse({ id: "a", inputs: { question: "How?" }, ...fields });
}

export function aSample(output: string, fields: Partial<Sample> = {}): Sample {
  return { caseId: "a", repeat: 0, requestDigest: "d", outcome: "completed", output, latencyMs: 1_250, ...fields };
}

/** One evaluator's score through the product's own path: options parsed, the sample scored, the answer checked. */
export async function scored(
  uses: string,
  options: Record<string, unknown>,
  output: string | Partial<Sample>,
  caseFields: Partial<CaseInput> = {},
): Promise<Score> {
  const metrics = requireMetrics([SuiteEvaluator.parse({ uses, with: options })]);
  const sample = typeof output === "string" ? aSample(output) : aSample(output.output ?? "", output);
  const scores = await scoreSample(metrics, { case: aCase(caseFields), sample });
  const score = scores[uses];
  if (score === undefined) throw new Error(`${uses} gave no score`);
  return score;
}

/** The number of a score that must have one. */
export async function numberOf(...args: Parameters<typeof scored>): Promise<number> {
  const score = await scored(...args);
  if (!("value" in score)) throw new Error(`no value: ${JSON.stringify(score)}`);
  return score.value;
}
