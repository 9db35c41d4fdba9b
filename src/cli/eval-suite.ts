import path from "node:path";
import { messageOf } from "../shared/errors.ts";
import { estimateRun, estimateText, type PlannedCalls, type RunEstimate } from "../shared/evals/estimate-run.ts";
import { plannedJudging } from "../shared/evals/planned-judging.ts";
import { type Shard, sampleKey } from "../shared/evals/shard.ts";
import type { RunReport } from "../shared/gate/reports/run-report.ts";
import { metricsOf } from "../shared/gate/run-plan.ts";
import { pricedAs } from "../shared/prices/priced-as.ts";
import type { Suite } from "../shared/repository/ai-repository.ts";
import { readRepositoryFromTree } from "../shared/repository/read-repository.ts";
import type { TreeEntry } from "../shared/repository/repository-reader.ts";
import type { EvalCase } from "../shared/repository/suite.ts";
import type { LocalServices } from "../shared/services/local-services.ts";
import { type Checkout, workingTree } from "./checkout.ts";
import type { Endpoint } from "./endpoint.ts";
import { refuseErrors, suiteOf } from "./find-suite.ts";
import type { LargeSuite, RepositoryFiles } from "./large-suite/large-datasets.ts";
import { askModel, cacheFolder, chooseCases, onlySuite, planRun } from "./plan-suite.ts";
import { runPlanned } from "./run-planned.ts";
import { createRunId, failingCases, filesOf, keepRun } from "./run-store.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export interface SuiteRequest {
  checkout: Checkout;
  /** The suite's file or name. */
  asked: string;
  endpoint: Endpoint;
  model?: string;
  ids: string[];
  filters: string[];
  failing: boolean;
  cache: boolean;
  estimate: boolean;
  /** Gets the paths of the files that were read. */
  read: Set<string>;
  services: LocalServices;
}

/** Plans a suite on the working tree, makes its calls, keeps the run, and reports; or only says what it would cost. */
export async function runSuite(
  request: SuiteRequest,
  terminal: Terminal,
): Promise<RunReport | { estimate: RunEstimate; sentence: string }> {
  const { checkout, endpoint, model, services } = request;
  const { root } = checkout;
  const whole = { tree: await checkout.reader.tree(workingTree), reader: checkout.reader };
  const large = await largeSuiteOf(request, whole.tree, terminal);
  const choosing = request.failing || request.ids.length > 0 || request.filters.length > 0;
  if (large && !choosing)
    return (await import("./large-suite/eval-large.ts")).evalLarge(request, large, whole.tree, terminal);
  const { tree, reader } = large ? await chosenOf(request, large, whole) : whole;
  const repository = await readRepositoryFromTree(tree, reader, { commit: workingTree });
  for (const file of repository.files.keys()) request.read.add(file);
  const suite = suiteOf(repository, root, request.asked, terminal);
  const cases = await casesOf(request, suite);
  const head = onlySuite(askModel(repository, model), suite, cases);
  const at = new Date();
  const runId = createRunId(at);
  const folder = request.cache ? cacheFolder(endpoint.url) : `runs/${runId}`;
  const { gate, planned } = planRun(runId, path.basename(root), at, { head }, folder);
  refuseErrors(planned.plan.findings);
  const over = planned.plan.overBudget[0];
  if (over)
    throw new UsageError(`Nothing was called: ${over}.`, "Run a part of it (--case, --filter), or raise the limit.");
  const calls = await plannedCalls(planned.shards, services.samples);
  const estimate = estimateRun(calls, {
    prices: pricedAs(services.prices, planned.shards),
    concurrency: endpoint.concurrency,
    at,
  });
  if (request.estimate) return { estimate, sentence: estimateText(estimate) };
  if (estimate.calls > 0 && terminal.progress) terminal.note(estimateText(estimate));
  const subject = `${suite.name} on ${head.prompts.map(({ name, model: asks, route }) => `${name} (${route ?? asks?.deployment})`).join(", ")}`;
  const part = large !== undefined || cases.length < suite.cases.length;
  const {
    run,
    keys,
    whole: answered,
  } = await runPlanned({ gate, planned, part, subject }, services, endpoint, terminal);
  const record = {
    ...{ schema: "assay/run/v1" as const, runId, startedAt: at.toISOString() },
    ...{ endpoint: endpoint.url, suite: suite.name },
    ...(model === undefined ? {} : { model }),
    ...(part ? { caseIds: cases.map(({ id }) => id) } : {}),
    files: filesOf(tree, repository.files),
    samplesFolder: folder,
    samples: keys,
    unanswered: answered ? [] : await unansweredOf(keys, planned.shards, services.samples),
    verdict: run.report.verdict.verdict,
    failing: [...new Set([...run.failing.map(({ caseId }) => caseId), ...missingCases(run)])],
  };
  try {
    run.notes.push(`kept as run ${runId}: \`assay reproduce ${runId}\``);
    await keepRun(record, run, reader.blob, services.files);
  } catch (thrown) {
    // What the run says was paid for: a full disk must not take it.
    run.notes.pop();
    run.notes.push(`the run could not be kept: ${messageOf(thrown)}; its samples are`);
  }
  return run;
}

/** Sizes tell at once that most suites are none: a row takes some bytes. */
const leastLargeBytes = 100_000;

async function largeSuiteOf(
  { checkout, asked, services }: SuiteRequest,
  tree: readonly TreeEntry[],
  { cwd }: Terminal,
) {
  if (!tree.some(({ path: file, size = 0 }) => size > leastLargeBytes && /\.(?:jsonl|ndjson)$/i.test(file)))
    return undefined;
  const { findLargeSuite } = await import("./large-suite/large-datasets.ts");
  const named = path.relative(checkout.root, path.resolve(cwd, asked)).replaceAll("\\", "/");
  for (const { path: file, sha } of tree) {
    if (!/^evals\/.*\.ya?ml$/i.test(file)) continue;
    const bytes = await checkout.reader.blob(sha);
    const mine = file === named || file === asked || suiteNameOf(bytes) === asked;
    const large = mine ? await findLargeSuite(file, bytes, checkout.root, services.lines) : undefined;
    if (large) return large;
  }
  return undefined;
}

/** A part of it is a suite like any other. */
async function chosenOf(
  { checkout: { root }, ids, filters, failing, services }: SuiteRequest,
  large: LargeSuite,
  files: RepositoryFiles,
): Promise<RepositoryFiles> {
  const { withChosenRows } = await import("./large-suite/chosen-rows.ts");
  const failed = failing ? ((await failingCases(root, large.name, services.files)) ?? []) : undefined;
  return withChosenRows(large, { ids, filters, failing: failed }, files, root, services.lines);
}

function suiteNameOf(bytes: Uint8Array): string | undefined {
  return /^name:\s*["']?([^"'\s]+)/m.exec(Buffer.from(bytes).toString("utf8"))?.[1];
}

async function unansweredOf(keys: readonly string[], shards: readonly Shard[], samples: LocalServices["samples"]) {
  const open = new Set(keys);
  for (const path of new Set(shards.map(({ samplesPath }) => samplesPath)))
    for (const key of (await samples.known(path)).stored) open.delete(key);
  return [...open];
}

async function plannedCalls(shards: readonly Shard[], samples: LocalServices["samples"]): Promise<PlannedCalls[]> {
  const calls: PlannedCalls[] = [];
  for (const shard of shards) {
    const { samplesPath, items } = shard;
    const { stored } = await samples.known(samplesPath);
    const metrics = metricsOf(shard);
    for (const item of items) {
      const keys = Array.from({ length: item.repeats }, (_, repeat) => sampleKey({ ...item, repeat }));
      const kept = keys.filter((key) => stored.has(key)).length;
      calls.push({ request: item.request, repeats: item.repeats, kept }, ...plannedJudging(metrics, item, kept));
    }
  }
  return calls;
}

async function casesOf({ ids, filters, failing, checkout, services }: SuiteRequest, suite: Suite): Promise<EvalCase[]> {
  if (!failing) return chooseCases(suite, ids, filters);
  const failed = await failingCases(checkout.root, suite.name, services.files);
  if (!failed)
    throw new UsageError(
      `No run of \`${suite.name}\` is kept, so none of its cases is known to fail.`,
      "Run it once without --failing.",
    );
  const known = failed.filter((id) => suite.cases.some((item) => item.id === id));
  if (known.length === 0)
    throw new UsageError(
      `Every case of \`${suite.name}\` passed when it was last run.`,
      "There is nothing to run again.",
    );
  return chooseCases(suite, [...new Set([...known, ...ids])], filters);
}

function missingCases({ report }: RunReport): string[] {
  return report.comparisons.flatMap(({ verdict }) =>
    verdict.metrics.filter(({ judged }) => judged).flatMap(({ missing }) => missing),
  );
}
