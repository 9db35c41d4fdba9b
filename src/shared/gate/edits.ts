import type { Suite } from "../repository/ai-repository.ts";
import { wholeCaseDigest } from "../repository/case-digest.ts";
import type { SuiteEvaluator } from "../repository/suite.ts";

/** What a pull request does to a suite that its own subject is measured by. */
export interface SuiteEdits {
  removed: string[];
  edited: string[];
  added: string[];
  /** Sentences about evaluators, thresholds, margins, repeats and blocking. */
  rules: string[];
}

export function suiteEdits(base: Suite, head: Suite | undefined): SuiteEdits {
  const before = new Map(base.cases.map((c) => [c.id, wholeCaseDigest(c)]));
  const after = new Map((head?.cases ?? []).map((c) => [c.id, wholeCaseDigest(c)]));
  return {
    removed: [...before.keys()].filter((id) => !after.has(id)),
    edited: [...before].filter(([id, digest]) => after.has(id) && after.get(id) !== digest).map(([id]) => id),
    added: [...after.keys()].filter((id) => !before.has(id)),
    rules: head ? ruleEdits(base, head) : ["the suite is deleted"],
  };
}

export function metricName(evaluator: SuiteEvaluator): string {
  return evaluator.name ?? evaluator.uses;
}

function ruleEdits(base: Suite, head: Suite): string[] {
  const after = new Map(head.evaluators.map((e) => [metricName(e), e]));
  const before = new Map(base.evaluators.map((e) => [metricName(e), e]));
  const sentences: string[] = [];
  for (const [name, was] of before) {
    const is = after.get(name);
    if (!is) sentences.push(`the metric ${name} is removed`);
    else sentences.push(...fieldEdits(name, was, is));
  }
  for (const name of after.keys()) if (!before.has(name)) sentences.push(`the metric ${name} is added`);
  const gone = base.prompts.filter((name) => !head.prompts.includes(name));
  if (gone.length > 0) sentences.push(`prompts: ${gone.join(", ")} no longer covered`);
  if (base.repeats !== head.repeats) sentences.push(`repeats: ${base.repeats} → ${head.repeats}`);
  const mustPass = (suite: Suite) => JSON.stringify([...suite.mustPass].sort());
  if (mustPass(base) !== mustPass(head)) sentences.push(`mustPass: ${mustPass(base)} → ${mustPass(head)}`);
  const n = ({ mustPassRepeats }: Suite) => mustPassRepeats ?? "all";
  if (n(base) !== n(head)) sentences.push(`mustPassRepeats: ${n(base)} → ${n(head)}`);
  for (const field of ["segmentBy", "budget", "seed"] as const)
    if (show(base[field]) !== show(head[field]))
      sentences.push(`${field}: ${show(base[field])} → ${show(head[field])}`);
  return sentences;
}

const fields = [
  "uses",
  "with",
  "threshold",
  "margin",
  "relativeMargin",
  "invariant",
  "maxMissing",
  "blocking",
  "primary",
  "passAt",
  "calibration",
] as const;

function fieldEdits(name: string, was: SuiteEvaluator, is: SuiteEvaluator): string[] {
  return fields
    .filter((field) => show(was[field]) !== show(is[field]))
    .map((field) => `${name}: ${field} ${show(was[field])} → ${show(is[field])}`);
}

function show(value: unknown): string {
  return value === undefined ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
