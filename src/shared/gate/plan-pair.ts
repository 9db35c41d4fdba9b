import type { Shard } from "../evals/shard.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { caseDigest } from "../repository/case-digest.ts";
import type { Prompt } from "../repository/prompt.ts";
import type { EvalCase, SuiteEvaluator } from "../repository/suite.ts";
import type { Pair } from "./affected.ts";
import { suiteEdits } from "./edits.ts";
import { interleave, latencyBlocks } from "./interleave.ts";
import type { PlannedCase, PlannedComparison, PlannedRun, PlannedSide, Rules } from "./plan.ts";
import { planSpending } from "./plan-budget.ts";
import { callsOf, type PlannedSideOf, planSide, sentCases, versionKey } from "./plan-side.ts";
import { withJudgesOf } from "./planned-judges.ts";

/** What one pair of suite and prompt costs and compares. */
export interface PlannedPair {
  runs: PlannedRun[];
  comparisons: PlannedComparison[];
  shards: Shard[];
  /** Calls of the dearer run, repeats included. */
  calls: number;
  edits: string[];
}

/** What a pair is planned for. */
export interface PairPlan {
  gateId: string;
  /** Of the pair in its gate; part of every shard's id. */
  index: number;
  commits: PairCommits;
  /** The policy's limit for a run. */
  maxCalls: number;
}

export interface PairCommits {
  base: string | undefined;
  head: string;
}

/**
 * Plans base against head for one pair. Cases that the pull request removes or edits are sent as the base has them too; a
 * request that is the same on both sides is sent once, for the base.
 */
export function planPair(pair: Pair, { commits, gateId, index, maxCalls }: PairPlan): PlannedPair {
  const { base, head } = pair;
  const prompt = head.prompt;
  const suite = head.suite ?? base.suite;
  if (!prompt || !suite) throw new TypeError(`${pair.suiteName} on ${pair.promptName} has nothing to run`);
  const comparable = base.prompt !== undefined && base.suite !== undefined;
  const rules: Rules[] = [
    ...(base.suite ? ["base" as const] : []),
    ...(differs(pair) || !base.suite ? ["head" as const] : []),
  ];
  const casesOf = new Map(rules.map((side) => [side, casesUnder(side, pair)]));
  const sent = sentCases([...casesOf.values()].flat());
  const metrics = distinctMetrics([
    ...(base.suite?.evaluators ?? []),
    ...withJudgesOf(base.suite, head.suite?.evaluators ?? []),
  ]);
  const repeats = Math.max(base.suite?.repeats ?? 0, head.suite?.repeats ?? 0);
  const common = { suite, metrics, repeats, gateId, sent };
  const ownBase =
    comparable && base.prompt ? planSide({ ...common, prompt: base.prompt, runId: `${index}b` }, new Map()) : undefined;
  const ownHead = planSide({ ...common, prompt, runId: `${index}h` }, ownBase?.sides ?? new Map());
  const calls = Math.max(callsOf(ownBase), callsOf(ownHead));
  const together =
    commits.base !== undefined && [base.suite, head.suite].some((own) => own && latencyBlocks(own.evaluators));
  const placed = together ? interleave(ownBase, ownHead, { gateId, index }) : { base: ownBase, head: ownHead };
  const baseSide = ownBase && placed.base ? { ...ownBase, ...placed.base } : undefined;
  const headSide = { ...ownHead, ...placed.head };
  const sides: [Prompt, PlannedSideOf, "base" | "head", string | undefined][] = [
    [prompt, headSide, "head", commits.head],
  ];
  if (baseSide && base.prompt) sides.unshift([base.prompt, baseSide, "base", commits.base]);
  const comparisons = rules.map((side) => {
    const rule = (side === "base" ? base.suite : head.suite) ?? suite;
    const planned = {
      pair: index,
      suite: rule.name,
      suitePath: rule.path,
      prompt: pair.subject,
      promptPath: prompt.path,
      rules: side,
      isNew: !comparable,
      advisory: pair.advisory,
      metrics: side === "head" ? withJudgesOf(base.suite, rule.evaluators) : rule.evaluators,
      judges: {},
      lineage: { version: rule.version, files: {} },
      repeats: rule.repeats,
      segmentBy: rule.segmentBy,
      datasetDigest: rule.datasetDigest,
      ...(rule.mustPassRepeats === undefined ? {} : { mustPassRepeats: rule.mustPassRepeats }),
      cases: (casesOf.get(side) ?? []).map((c) => plannedCase(c, rule, baseSide?.sides, headSide.sides)),
    };
    const spending = planSpending(planned, base.suite ?? suite, { calls, maxCalls });
    return { ...planned, ...spending } satisfies PlannedComparison;
  });
  return {
    comparisons,
    shards: sides.flatMap(([, side]) => side.shards),
    calls,
    runs: sides.map(([subject, side, which, commit]) => ({
      runId: side.runId,
      side: which,
      commit: commit ?? commits.head,
      suite: suite.name,
      prompt: pair.subject,
      ...(subject.version ? { promptVersion: subject.version } : {}),
      subjectDigest: side.subjectDigest,
      deployment: subject.model?.deployment ?? "",
      ...(subject.model?.version ? { modelVersion: subject.model.version, modelAt: modelPlace(subject) } : {}),
      ...(subject.model?.name ? { modelName: subject.model.name } : {}),
      ...(suite.seed === undefined ? {} : { seed: suite.seed }),
      repeats,
      shardIds: side.shards.map(({ shardId }) => shardId),
    })),
    edits: base.suite ? editSentences(base.suite, head.suite) : [],
  };
}

function modelPlace({ path, positions }: Prompt): NonNullable<PlannedRun["modelAt"]> {
  const { line = 1, column = 1 } = positions.model ?? positions.route ?? {};
  return { path, line, column };
}

function differs({ base, head }: Pair): boolean {
  return head.suite !== undefined && base.suite?.digest !== head.suite.digest;
}

/** Each side's rules ask for its own cases: easy ones that the pull request adds must not thin out what it loses. */
function casesUnder(rules: Rules, { base, head }: Pair): EvalCase[] {
  return (rules === "base" ? base.suite : head.suite)?.cases ?? [];
}

function plannedCase(
  c: EvalCase,
  suite: Suite,
  base: Map<string, PlannedSide> | undefined,
  head: Map<string, PlannedSide>,
): PlannedCase {
  const digest = caseDigest(c);
  const headSide = head.get(versionKey(c.id, digest));
  const baseSide = base?.get(versionKey(c.id, digest));
  return {
    caseId: c.id,
    digest,
    segments: c.segments,
    ...(c.cluster === undefined ? {} : { cluster: c.cluster }),
    weight: c.weight,
    mustPass: c.mustPass || suite.mustPass.includes(c.id),
    holdout: c.holdout,
    ...(baseSide ? { base: baseSide } : {}),
    ...(headSide ? { head: headSide } : {}),
  };
}

/** A metric that only changed its threshold is measured once: what differs is judged later. */
function distinctMetrics(evaluators: SuiteEvaluator[]): SuiteEvaluator[] {
  const seen = new Map<string, SuiteEvaluator>();
  for (const evaluator of evaluators) {
    const key = JSON.stringify([evaluator.uses, evaluator.with]);
    if (!seen.has(key)) seen.set(key, evaluator);
  }
  return [...seen.values()];
}

function editSentences(base: Suite, head: Suite | undefined): string[] {
  const { removed, edited, added, rules } = suiteEdits(base, head);
  const list = (what: string, ids: string[]) =>
    ids.length ? [`${what} ${ids.length} ${ids.length === 1 ? "case" : "cases"}: ${ids.join(", ")}`] : [];
  return [...list("removes", removed), ...list("edits", edited), ...list("adds", added), ...rules].map(
    (sentence) => `${base.path}: ${sentence}`,
  );
}
