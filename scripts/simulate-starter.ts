import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { answer } from "../src/local/model/answer.ts";
import { buildRequest } from "../src/shared/evals/build-request.ts";
import { type Metric, requireMetrics } from "../src/shared/evals/metrics.ts";
import { scoreSample } from "../src/shared/evals/score-sample.ts";
import { baselineMargin } from "../src/shared/gate/baseline-margin.ts";
import type { MetricComparison } from "../src/shared/gate/comparison.ts";
import { plannedLooks } from "../src/shared/gate/extension.ts";
import { takeLook } from "../src/shared/gate/take-look.ts";
import { parsePrompt } from "../src/shared/repository/parse-prompt.ts";
import type { Prompt } from "../src/shared/repository/prompt.ts";
import { readStarter } from "./read-starter.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    prompt: { type: "string" },
    auto: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

/**
 * The starter's suite through the model stand-in's own core, the real evaluators and the gate's own decision: how often a
 * change that changes nothing (or `--prompt FILE` as head) passes, and how many scores differ between identical calls.
 * `--auto`: with the margins that a gate computes from base where the suite says `margin: auto`.
 */
const repository = await readStarter();
const [suite] = repository.suites;
const [base] = repository.prompts;
if (!suite || !base) throw new Error(`the starter cannot be read: ${JSON.stringify(repository.findings)}`);
const head = values.prompt ? parsePrompt(base.path, readFileSync(values.prompt)).prompt : base;
if (!head) throw new Error(`${values.prompt} is no prompt file`);
const metrics = requireMetrics(suite.evaluators).filter(({ blocking }) => blocking);

type Scores = Map<string, (number | null)[]>;

/** One side's scores, by metric and case: `counter` tells identical calls apart, as the running stand-in's does. */
async function sideScores(
  prompt: Prompt,
  seed: number,
  { firstCall, repeats }: { firstCall: number; repeats: number },
): Promise<Map<Metric, Scores>> {
  const scores = new Map(metrics.map((metric): [Metric, Scores] => [metric, new Map()]));
  for (const item of suite?.cases ?? []) {
    const request = buildRequest(prompt, item);
    if (!request || !suite) continue;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { deployment: model, messages, temperature, maxOutputTokens } = request;
      const { content } = answer(
        {
          model,
          messages,
          ...(temperature === undefined ? {} : { temperature }),
          ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
        },
        { seed, counter: firstCall + repeat },
      );
      const sample = {
        caseId: item.id,
        repeat,
        requestDigest: "",
        outcome: "completed" as const,
        output: content,
        latencyMs: 0,
      };
      const named = await scoreSample(metrics, { case: item, sample });
      for (const [metric, cases] of scores) {
        const score = named[metric.name];
        const list = cases.get(item.id) ?? [];
        if (score && !("notApplicable" in score)) cases.set(item.id, [...list, "value" in score ? score.value : null]);
      }
    }
  }
  return scores;
}

const verdicts: string[] = [];
let flips = 0;
let pairs = 0;
let extended = 0;
/** Computed margins by metric, one a look. */
const margins = new Map<string, number[]>();
const seeds = Number(values.seeds);
for (let seed = 1; seed <= seeds; seed++) verdicts.push(await playGate(seed));

/** One gate of the starter's suite, its extension included. */
async function playGate(seed: number): Promise<string> {
  if (!suite) throw new Error("the starter has no suite");
  const { maxCalls, maxRepeats } = suite.budget;
  const budget = {
    callsPerRepeat: suite.cases.length,
    ...(maxCalls === undefined ? {} : { callsLeft: maxCalls - suite.cases.length * suite.repeats }),
    ...(maxRepeats === undefined ? {} : { mostRepeats: maxRepeats }),
  };
  const looks = plannedLooks(suite.repeats, budget);
  for (let look = 1, repeats = suite.repeats; ; ) {
    const input = { suite: suite.name, metrics: await compare(seed, repeats) };
    const { verdict, next } = takeLook(input, { look, looks, repeats, budget });
    if (!next.extend) return verdict.verdict;
    extended += 1;
    ({ look, repeats } = next);
  }
}

async function compare(seed: number, repeats: number): Promise<MetricComparison[]> {
  if (!suite || !base || !head) throw new Error("the starter cannot be read");
  const before = await sideScores(base, seed, { firstCall: 0, repeats });
  const after = await sideScores(head, seed, { firstCall: head === base ? 100 : 0, repeats });
  const first = repeats === suite.repeats;
  return metrics.map((metric): MetricComparison => {
    const { name, scale, better, primary, blocking, threshold, margin } = metric;
    const cases = suite.cases.flatMap((item) => {
      const [was, is] = [before.get(metric)?.get(item.id), after.get(metric)?.get(item.id)];
      if (!was || !is) return [];
      for (const other of first ? [...was.slice(1), ...(head === base ? is : [])] : []) {
        pairs++;
        if (was[0] !== other) flips++;
      }
      return [
        {
          caseId: item.id,
          segments: item.segments,
          mustPass: false,
          weight: item.weight,
          unchanged: false,
          base: was,
          head: is,
        },
      ];
    });
    const measured: MetricComparison = {
      name,
      scale,
      better,
      primary,
      blocking,
      cases,
      ...(threshold === undefined ? {} : { threshold }),
      ...(typeof margin === "number" ? { margin } : {}),
    };
    if (!values.auto && margin !== "auto") return measured;
    const set = baselineMargin(measured, { cases: cases.length, repeats: suite.repeats, looks: 2 });
    margins.set(name, [...(margins.get(name) ?? []), set?.margin ?? Number.NaN]);
    return set ? { ...measured, margin: set.margin } : measured;
  });
}
const outcome = {
  simulated: true,
  seeds,
  cases: suite.cases.length,
  repeats: suite.repeats,
  margins: metrics.map(({ name, margin }) => `${name} ${margin}`),
  flippedShare: Number((flips / pairs).toFixed(4)),
  extended,
  ...(margins.size > 0
    ? { computedMargins: Object.fromEntries([...margins].map(([name, all]) => [name, range(all)])) }
    : {}),
  verdicts: Object.fromEntries(
    [...new Set(verdicts)].map((verdict) => [verdict, verdicts.filter((v) => v === verdict).length]),
  ),
};
function range(all: readonly number[]): string {
  return `${Math.min(...all)} to ${Math.max(...all)}`;
}

process.stdout.write(`${JSON.stringify(outcome, null, values.json ? 0 : 2)}\n`);
process.exit(values.prompt || verdicts.filter((verdict) => verdict === "pass").length >= 0.95 * seeds ? 0 : 1);
