import { digestOf } from "./digest.ts";
import type { EvalCase } from "./suite.ts";

/** sha256 of what is sent and scored (`refusal` reads tags); id, cluster, weight and holdout are not in it. */
export function caseDigest(item: EvalCase): string {
  const { inputs, turns, expected, facts, context, tags, segments, mustPass } = item;
  return digestOf({
    inputs,
    ...(turns.length > 0 ? { turns } : {}),
    expected,
    facts,
    context,
    ...(tags.length > 0 ? { tags } : {}),
    segments,
    mustPass,
  });
}

/** sha256 of a case whole, what weighs and groups it included. */
export function wholeCaseDigest(item: EvalCase): string {
  return digestOf(item);
}

/** sha256 over all cases, whole, independent of their order. */
export function datasetDigest(cases: readonly EvalCase[]): string {
  return digestOf(cases.map(wholeCaseDigest).sort());
}

/** The id of a case that has none: it stays the same as long as the inputs do. */
export function derivedCaseId({ inputs, turns }: Pick<EvalCase, "inputs" | "turns">): string {
  return digestOf(turns.length > 0 ? { inputs, turns } : inputs).slice(0, 12);
}
