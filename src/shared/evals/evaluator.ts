import type { z } from "zod";
import type { ScoringInput } from "./sample.ts";
import type { AskedModel, ScoringModels } from "./scoring-models.ts";

/**
 * An evaluator's answer for one sample. `missing`: it should have a score and has none (counted, never read as 0).
 * `notApplicable`: the case lacks what the evaluator reads (no facts, no context), on either side alike.
 */
export type Score =
  | {
      value: number;
      reason?: string;
      /** The model that says it made this score. */
      judgedBy?: string;
    }
  | {
      missing: string;
      /** The model that was asked could not be reached: another run may have the score. */
      again?: true;
    }
  | { notApplicable: string };

/** What the number is: `binary` 0 or 1, `fraction` 0..1, `number` any (seconds, USD, tokens). */
export type Scale = "binary" | "fraction" | "number";

/** One measure of a response. Options are parsed by `options` once per run, before anything is called. */
export interface Evaluator<Options = unknown> {
  /** As written in a suite's `uses`, e.g. `contains-all` or `bleu@azure`. */
  id: string;
  /** One line for people: what a score of 1 (or the number) means. */
  summary: string;
  scale: Scale;
  /** Of a `number`: "s", "USD"; absent: a plain number. */
  unit?: string;
  /** The direction that is better. */
  better: "higher" | "lower";
  /** True where the evaluator has its own answer for a filtered sample; else a filtered sample gets the worst score. */
  scoresFiltered?: boolean;
  /** The worst score of a `number` scale that has one (a rating's least); a filtered sample gets it. */
  worst?: number;
  /** Raised when the same options begin to score otherwise: part of a metric's digest, so that no stored score is mixed. */
  revision?: number;
  options: z.ZodType<Options>;
  /** The models that it asks with these options; absent where it asks none. */
  asks?(options: Options): AskedModel[];
  score(input: ScoringInput, options: Options, models?: ScoringModels): Score | Promise<Score>;
}

/** Keeps the option type of one evaluator while the registry holds many. */
export function defineEvaluator<Options>(evaluator: Evaluator<Options>): Evaluator<Options> {
  return evaluator;
}
