import { InvalidInputError } from "../errors.ts";
import type { SuiteEvaluator } from "../repository/suite.ts";
import type { Evaluator } from "./evaluator.ts";
import { bleuFamily } from "./evaluators/bleu.ts";
import { composites } from "./evaluators/composites.ts";
import { containsFamily } from "./evaluators/contains.ts";
import { contextCoverageFamily } from "./evaluators/context-coverage.ts";
import { embeddingSimilarity } from "./evaluators/embedding-similarity.ts";
import { equals } from "./evaluators/equals.ts";
import { exactFamily } from "./evaluators/exact.ts";
import { f1Family } from "./evaluators/f1.ts";
import { facts } from "./evaluators/facts.ts";
import { gleuFamily } from "./evaluators/gleu.ts";
import { groundedness } from "./evaluators/groundedness.ts";
import { jsonDiffFamily } from "./evaluators/json-diff.ts";
import { jsonSchema } from "./evaluators/json-schema.ts";
import { jsonValid } from "./evaluators/json-valid.ts";
import { judgeClosedQa } from "./evaluators/judge-closed-qa.ts";
import { judgeFactuality } from "./evaluators/judge-factuality.ts";
import { judgeGroundedness } from "./evaluators/judge-groundedness.ts";
import { judgePairwise } from "./evaluators/judge-pairwise.ts";
import { judgeRelevance } from "./evaluators/judge-relevance.ts";
import { judgeRubric } from "./evaluators/judge-rubric.ts";
import { label } from "./evaluators/label.ts";
import { language } from "./evaluators/language.ts";
import { leakFamily } from "./evaluators/leaks.ts";
import { lengthFamily } from "./evaluators/length.ts";
import { levenshteinFamily } from "./evaluators/levenshtein.ts";
import { measuredFamily } from "./evaluators/measured.ts";
import { numericFamily } from "./evaluators/numeric.ts";
import { promptInjection } from "./evaluators/prompt-injection.ts";
import { rankingFamily } from "./evaluators/ranking.ts";
import { refusal } from "./evaluators/refusal.ts";
import { regexFamily } from "./evaluators/regex.ts";
import { rougeFamily } from "./evaluators/rouge.ts";
import { safetyFilter } from "./evaluators/safety-filter.ts";
import { toolCallFamily, toolCalls } from "./evaluators/tool-calls.ts";
import { editDistance } from "./text-metrics/edit-distance.ts";

const ALL: readonly Evaluator[] = [
  ...containsFamily,
  equals,
  ...regexFamily,
  jsonValid,
  jsonSchema,
  ...f1Family,
  ...exactFamily,
  ...bleuFamily,
  ...gleuFamily,
  ...rougeFamily,
  ...levenshteinFamily,
  ...numericFamily,
  ...jsonDiffFamily,
  facts,
  groundedness,
  refusal,
  ...contextCoverageFamily,
  language,
  promptInjection,
  ...leakFamily,
  safetyFilter,
  ...toolCallFamily,
  label,
  ...rankingFamily,
  ...measuredFamily,
  ...lengthFamily,
  embeddingSimilarity,
  judgeRubric,
  judgePairwise,
  judgeClosedQa,
  judgeFactuality,
  judgeGroundedness,
  judgeRelevance,
  ...composites(getEvaluator),
];
const byId = new Map(ALL.map((evaluator) => [evaluator.id, evaluator]));

/** Those that compare with the case's `expected` where their options bring no reference of their own. */
const COMPARING = new Set(
  [
    ...[...containsFamily, equals, label, ...f1Family, ...exactFamily, ...bleuFamily, ...gleuFamily, ...rougeFamily],
    ...[...levenshteinFamily, ...numericFamily, ...jsonDiffFamily, ...rankingFamily, toolCalls],
    ...[embeddingSimilarity, judgePairwise, judgeFactuality],
  ].map(({ id }) => id),
);

/** Measures that people ask for and Assay does not compute, each with the reason. */
const REFUSED: { test: RegExp; reason: string }[] = [
  {
    test: /^meteor\b/,
    reason: "METEOR's published figures need WordNet's synonyms, a dictionary of over 10 MB that is not shipped here",
  },
  { test: /^chrf/, reason: "chrF is not implemented; use `levenshtein@autoevals` or `bleu@sacrebleu`" },
  {
    test: /@promptfoo/,
    reason: "promptfoo's variants differ from the published definitions; use the dialect azure, nltk, hf or google",
  },
  {
    test: /@js-rouge|^rouge-?s\b/,
    reason: "js-rouge counts differently from release to release; use the dialect google, azure or hf",
  },
];

/** Whether this metric scores only cases that have an `expected`. */
export function needsExpected({ uses, with: options }: Pick<SuiteEvaluator, "uses" | "with">): boolean {
  return COMPARING.has(uses) && options.value === undefined && options.gains === undefined;
}

/** Every evaluator's id, sorted. */
export function evaluatorIds(): string[] {
  return [...byId.keys()].sort();
}

/**
 * The evaluator with this id.
 * @throws InvalidInputError where there is none: it names the closest id, or says why the measure is refused.
 */
export function getEvaluator(id: string): Evaluator {
  const found = byId.get(id);
  if (found !== undefined) return found;
  const refused = REFUSED.find(({ test }) => test.test(id.toLowerCase()));
  if (refused !== undefined) throw new InvalidInputError(`The evaluator "${id}" is refused: ${refused.reason}.`);
  throw new InvalidInputError(`There is no evaluator "${id}". The closest is "${closestId(id)}".`);
}

function closestId(id: string): string {
  const asked = id.toLowerCase().slice(0, 100);
  const ranked = evaluatorIds().map((known) => ({ known, distance: editDistance(asked, known) }));
  return ranked.reduce((best, next) => (next.distance < best.distance ? next : best)).known;
}
