import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { LinearRegex } from "./linear-regex.ts";

/** `regex`: the pattern matches anywhere in the answer; `not-regex`: nowhere. */
export const regexFamily: Evaluator[] = [
  define("regex", "the pattern matches in the answer", false),
  define("not-regex", "the pattern matches nowhere in the answer", true),
];

function define(id: string, summary: string, negated: boolean): Evaluator {
  return defineEvaluator<LinearRegex>({
    id,
    summary,
    scale: "binary",
    better: "higher",
    options: LinearRegex,
    score: ({ sample }, pattern) => ({ value: pattern.matcher(sample.output).find() === negated ? 0 : 1 }),
  });
}
