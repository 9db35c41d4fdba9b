import { createHash } from "node:crypto";
import { buildRequest } from "../evals/build-request.ts";
import { requestDigest } from "../evals/request-digest.ts";
import type { Shard, ShardItem } from "../evals/shard.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { caseDigest } from "../repository/case-digest.ts";
import type { Prompt } from "../repository/prompt.ts";
import type { EvalCase, SuiteEvaluator } from "../repository/suite.ts";
import type { Pair } from "./affected.ts";
import { suiteEdits } from "./edits.ts";
import { interleave, latencyBlocks } from "./interleave.ts";
import type { PlannedCase, PlannedComparison, PlannedRun, PlannedSide, Rules } from "./plan.ts";
import { planSpending } from "./plan-budget.ts";
import { withJudgesOf } from "./planned-judges.ts";

/** A shard holds about this many samples: at one second a call and eight in flight, a quarter of a minute. */
const samplesAShard = 96;
const mostShards = 256;

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

/** One case of a pair as it will be sent, with every version of it that is scored. */
interface SentCase {
  caseId: string;
  inputsFrom: EvalCase;
  versions: Map<string, EvalCase>;
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
      ...(suite.seed === undefined ? {} : { seed: suite.seed }),
      repeats,
      shardIds: side.shards.map(({ shardId }) => shardId),
    })),
    edits: base.suite ? editSentences(base.suite, head.suite) : [],
  };
}

/** A deployment that a release names by a number has the price of its model. */
function modelsOf({ model }: Prompt): Pick<Shard, "models"> {
  if (model?.name === undefined) return {};
  const { deployment, name, version } = model;
  return { models: { [deployment]: version === undefined ? name : `${name}@${version}` } };
}

function modelPlace({ path, positions }: Prompt): NonNullable<PlannedRun["modelAt"]> {
  const { line = 1, column = 1 } = positions.model ?? positions.route ?? {};
  return { path, line, column };
}

function callsOf(side: PlannedSideOf | undefined): number {
  const items = side?.shards.flatMap((shard) => shard.items) ?? [];
  return items.reduce((sum, { repeats }) => sum + repeats, 0);
}

function differs({ base, head }: Pair): boolean {
  return head.suite !== undefined && base.suite?.digest !== head.suite.digest;
}

/** Each side's rules ask for its own cases: easy ones that the pull request adds must not thin out what it loses. */
function casesUnder(rules: Rules, { base, head }: Pair): EvalCase[] {
  return (rules === "base" ? base.suite : head.suite)?.cases ?? [];
}

function sentCases(cases: EvalCase[]): SentCase[] {
  const sent = new Map<string, SentCase>();
  for (const c of cases) {
    const key = `${c.id} ${JSON.stringify([c.inputs, c.turns])}`;
    const known = sent.get(key) ?? { caseId: c.id, inputsFrom: c, versions: new Map() };
    known.versions.set(caseDigest(c), c);
    sent.set(key, known);
  }
  return [...sent.values()];
}

interface PlannedSideOf {
  runId: string;
  subjectDigest: string;
  shards: Shard[];
  /** By `versionKey`. */
  sides: Map<string, PlannedSide>;
}

interface SideInput {
  prompt: Prompt;
  suite: Suite;
  metrics: SuiteEvaluator[];
  repeats: number;
  gateId: string;
  runId: string;
  sent: SentCase[];
}

/** The subject is what is sent: a version or a description that changes alone leaves the samples where they are. */
function planSide(input: SideInput, other: Map<string, PlannedSide>): PlannedSideOf {
  const { prompt, suite, repeats, gateId, runId, sent } = input;
  const { messages, parameters, inputs, output, model, tools } = prompt;
  const subjectDigest = digestOf([messages, parameters, inputs, output, model, ...(tools.length > 0 ? [tools] : [])]);
  const count = shardCount(sent.length * repeats);
  const buckets = Array.from({ length: count }, (): ShardItem[] => []);
  const folder = `samples/${subjectDigest}/${suite.name}${suite.seed === undefined ? "" : `-${suite.seed}`}`;
  const sides = new Map<string, PlannedSide>();
  for (const { caseId, inputsFrom, versions } of sent) {
    const request = buildRequest(prompt, inputsFrom);
    // What this side's prompt cannot be given is missing on this side; it does not silently leave the suite.
    if (!request) continue;
    const digest = requestDigest(request);
    const bucket = Number.parseInt(digestOf([caseId]).slice(0, 8), 16) % count;
    const samplesPath = `${folder}/${count}-${bucket}.jsonl`;
    const here: PlannedSide = { requestDigest: digest, samplesPath, shardId: `${runId}-${bucket}` };
    const twin = [...versions.keys()]
      .map((version) => other.get(versionKey(caseId, version)))
      .find((side) => side?.requestDigest === digest);
    for (const version of versions.keys()) sides.set(versionKey(caseId, version), twin ?? here);
    if (twin) continue;
    const cases = [...versions].map(([version, item]) => ({ digest: version, case: item }));
    buckets[bucket]?.push({ caseId, requestDigest: digest, request, cases, repeats });
  }
  const shards = buckets.flatMap((items, bucket) =>
    items.length === 0
      ? []
      : [
          {
            shardId: `${runId}-${bucket}`,
            runId: `${gateId}:${runId}`,
            samplesPath: `${folder}/${count}-${bucket}.jsonl`,
            metrics: input.metrics,
            ...modelsOf(prompt),
            ...(suite.seed === undefined ? {} : { seed: suite.seed }),
            items,
          },
        ],
  );
  return { runId: `${gateId}:${runId}`, subjectDigest, shards, sides };
}

/** A case as one side has it; the same content under two ids is two cases. */
function versionKey(caseId: string, digest: string): string {
  return `${caseId} ${digest}`;
}

/** A power of two, so that a suite that grows a little keeps the samples that it has. */
function shardCount(samples: number): number {
  let count = 1;
  while (count < mostShards && count * samplesAShard < samples) count *= 2;
  return count;
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

function digestOf(parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
