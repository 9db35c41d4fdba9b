import { digestOf } from "../../repository/digest.ts";
import type { EvalCase } from "../../repository/suite.ts";
import type { Sample } from "../sample.ts";

/**
 * The sample that a person labels: what was asked, with its references, and the answer as it is stored. Segments, facts, weights
 * and the prompt are not in it: another prompt that gives the same answer gives the same sample.
 */
export function sampleDigest(
  { inputs, turns, expected, context }: Pick<EvalCase, "inputs" | "turns" | "expected" | "context">,
  { output, toolCalls }: Pick<Sample, "output" | "toolCalls">,
): string {
  return digestOf({ inputs, turns, expected, context, output, toolCalls }).slice(0, 32);
}
