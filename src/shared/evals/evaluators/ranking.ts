import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import {
  averagePrecision,
  ndcgAtK,
  precisionAtK,
  type Ranked,
  recallAtK,
  reciprocalRank,
} from "../suite-measures/ranking.ts";
import { isRecord } from "../text/tool-call-text.ts";
import { parseJsonText } from "./json-text.ts";

const Gains = z.record(z.string(), z.number().min(0)).optional();
const Options = z
  .object({
    /** How many places count. */
    k: z.int().min(1).max(1_000).default(10),
    /** Gain by id; default: each of the case's `expected` is an id of gain 1. */
    gains: Gains,
  })
  .strict();
type Options = z.infer<typeof Options>;

const MEASURES: [id: string, summary: string, measure: (ranked: Ranked, k: number) => number][] = [
  ["precision-at-k", "share of the first k ids that are relevant", precisionAtK],
  ["recall-at-k", "share of the relevant ids that are among the first k", recallAtK],
  ["reciprocal-rank", "1 / the place of the first relevant id; the mean is MRR", reciprocalRank],
  ["average-precision", "precision at the relevant ids' places; the mean is MAP", averagePrecision],
  ["ndcg-at-k", "gain of the first k ids, discounted by place, over the best possible", ndcgAtK],
];

/**
 * Ranking per case; the suite's mean is the measure's usual name. The answer is a JSON list of ids (or of objects with an
 * `id`), else one id a line, list marks aside.
 */
export const rankingFamily: Evaluator[] = MEASURES.map(([id, summary, measure]) =>
  defineEvaluator<Options>({
    id,
    summary,
    scale: "fraction",
    better: "higher",
    options: Options,
    score({ case: evalCase, sample }, options) {
      const gains = gainsOf(evalCase, options);
      if (gains.size === 0) return { notApplicable: "neither `gains` nor the case's `expected` names a relevant id" };
      return { value: measure({ ranked: rankedIds(sample.output), gains }, options.k) };
    },
  }),
);

function gainsOf(evalCase: EvalCase, { gains }: Options): Map<string, number> {
  return new Map(gains === undefined ? evalCase.expected.map((id) => [id, 1]) : Object.entries(gains));
}

function rankedIds(answer: string): string[] {
  const parsed = parseJsonText(answer, true);
  if ("value" in parsed && Array.isArray(parsed.value))
    return parsed.value.map((item) => String(isRecord(item) ? (item.id ?? "") : item));
  return answer
    .split("\n")
    .map((line) => line.replace(/^\s*(?:[-*•]|\d{1,3}[.)])\s+/, "").trim())
    .filter((line) => line !== "");
}
