import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { type NeedlesOptions, needlesOf, NeedlesOptions as Options } from "./needles.ts";

type Match = (output: string, needles: readonly string[]) => boolean;

const FORMS: { id: string; summary: string; match: Match }[] = [
  { id: "contains", summary: "the answer contains the text (any of them)", match: some((o, n) => o.includes(n)) },
  { id: "contains-any", summary: "the answer contains one of the texts", match: some((o, n) => o.includes(n)) },
  { id: "contains-all", summary: "the answer contains every text", match: every((o, n) => o.includes(n)) },
  {
    id: "starts-with",
    summary: "the answer starts with the text (any of them)",
    match: some((o, n) => o.startsWith(n)),
  },
  { id: "ends-with", summary: "the answer ends with the text (any of them)", match: some((o, n) => o.endsWith(n)) },
];

/**
 * `contains`, `contains-any`, `contains-all`, `starts-with`, `ends-with`; with `i` before for any letter case
 * (`icontains`) and `not-` before for the opposite (`not-contains`: none of the texts is in the answer). Texts come from
 * `value`, else from the case's `expected`. starts-with and ends-with look past white space around the answer.
 */
export const containsFamily: Evaluator[] = FORMS.flatMap((form) =>
  [false, true].flatMap((anyCase) =>
    [false, true].map((negated): Evaluator => {
      const id = `${negated ? "not-" : ""}${anyCase ? "i" : ""}${form.id}`;
      const summary = `${negated ? "not: " : ""}${form.summary}${anyCase ? ", in any letter case" : ""}`;
      return define(id, summary, form.match, anyCase, negated);
    }),
  ),
);

function define(id: string, summary: string, match: Match, anyCase: boolean, negated: boolean): Evaluator {
  return defineEvaluator<NeedlesOptions>({
    id,
    summary,
    scale: "binary",
    better: "higher",
    options: Options,
    score(input, options) {
      const needles = needlesOf(input.case, options);
      if (needles.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a text" };
      const output = fold(input.sample.output.trim(), anyCase);
      const found = match(
        output,
        needles.map((needle) => fold(needle, anyCase)),
      );
      return { value: found === negated ? 0 : 1 };
    },
  });
}

function fold(text: string, anyCase: boolean): string {
  const composed = text.normalize("NFC");
  return anyCase ? composed.toLowerCase() : composed;
}

function some(test: (output: string, needle: string) => boolean): Match {
  return (output, needles) => needles.some((needle) => test(output, needle));
}

function every(test: (output: string, needle: string) => boolean): Match {
  return (output, needles) => needles.every((needle) => test(output, needle));
}
