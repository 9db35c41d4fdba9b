import type { StoredSample } from "../../shared/evals/shard.ts";
import { visible } from "../../shared/gate/markdown.ts";
import type { RunReport } from "../../shared/gate/reports/run-report.ts";
import {
  compareFresh,
  type FreshDifference,
  type Reproduction,
  reproduceStored,
} from "../../shared/gate/reproduction.ts";
import { count, meanText } from "../../shared/gate/units.ts";
import { readRepositoryFromTree } from "../../shared/repository/read-repository.ts";
import { createLocalServices, type LocalServices } from "../../shared/services/local-services.ts";
import { findRoot } from "../checkout.ts";
import { type CommandArguments, defineCommand, type ExitCode } from "../command.ts";
import { endpointOptions, readEndpoint } from "../endpoint.ts";
import { askModel, chooseCases, onlySuite, planRun } from "../plan-suite.ts";
import { runPlanned } from "../run-planned.ts";
import { createRunId, keptRuns, objectPath, openState, type RunRecord, readRun } from "../run-store.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const reproduce = defineCommand({
  usage: ["reproduce RUN [--offline] [--endpoint URL] [--json]"],
  about:
    "Builds the requests of a kept run again from the files that it kept, and holds their digests against those that it sent; scores its stored samples again, which must come out identical; then asks the endpoint anew and shows how fresh answers differ, which they may. RUN is an id from `assay eval`, or `last`. Exit code 0 where requests and scores are the same, 2 where they are not.",
  positionals: 1,
  options: {
    ...endpointOptions,
    offline: { type: "boolean", description: "make no fresh calls" },
    json: { type: "boolean", description: "one JSON object" },
  },
  examples: ["assay reproduce last --offline", "assay reproduce 20261121-093012417-a1b2 --json"],
  async run(given, terminal) {
    const root = findRoot(terminal.cwd);
    const asked = given.positionals[0];
    const runId = asked === "last" ? keptRuns(root).at(-1) : asked;
    if (runId === undefined)
      throw new UsageError(
        "`assay reproduce` needs a run.",
        "Name a run's id, or `last`; `assay eval` keeps its runs.",
      );
    const files = (
      await createLocalServices(
        openState(root),
        { url: "http://127.0.0.1", key: "", timeoutMs: 1000, concurrency: 1 },
        terminal.env,
      )
    ).files;
    const record = await readRun(root, runId, files);
    const plan = await planAgain(record, files, record.samplesFolder, terminal, runId);
    const endpoint = readEndpoint(withEndpoint(given, record.endpoint), terminal);
    const services = await createLocalServices(openState(root), endpoint, terminal.env);
    const stored = await samplesOf(plan.planned.shards, services);
    const result = await reproduceStored(plan.planned.shards, record.samples, stored, record.unanswered);
    const fresh = given.flag("offline")
      ? undefined
      : await drawFresh(record, files, services, endpoint, stored, terminal);
    const holds =
      result.requests.equal === result.requests.built &&
      result.scores.equal === result.scores.compared &&
      result.lost === 0;
    if (given.flag("json"))
      await terminal.print(
        `${JSON.stringify({ runId, holds, ...result, ...(fresh ? { fresh: fresh.difference } : {}) })}\n`,
      );
    else await terminal.print(textOf(runId, result, fresh));
    return exitCode(holds, fresh?.run);
  },
});

function exitCode(holds: boolean, fresh: RunReport | undefined): ExitCode {
  if (!holds) return 2;
  return fresh && (fresh.report.calls?.failed ?? 0) > 0 ? 1 : 0;
}

/** The plan of a kept run, from its own files: whatever the checkout holds by now. */
async function planAgain(
  record: RunRecord,
  files: LocalServices["files"],
  folder: string,
  terminal: Terminal,
  runId: string,
) {
  const reader = {
    tree: async () => record.files.map(({ size, ...file }) => ({ ...file, ...(size === undefined ? {} : { size }) })),
    async blob(sha: string) {
      const bytes = await files.get(objectPath(sha));
      if (!bytes)
        throw new UsageError(
          `The run's file ${sha.slice(0, 12)} is no longer in .assay/objects.`,
          "It cannot be reproduced without.",
        );
      return bytes;
    },
  };
  const repository = await readRepositoryFromTree(await reader.tree(), reader, { commit: record.runId });
  const suite = repository.suites.find(({ name }) => name === record.suite);
  if (!suite) throw new UsageError(`The files of ${record.runId} hold no suite \`${record.suite}\`.`);
  const cases = chooseCases(suite, record.caseIds ?? [], []);
  return planRun(
    runId,
    terminal.cwd,
    new Date(),
    { head: onlySuite(askModel(repository, record.model), suite, cases) },
    folder,
  );
}

async function samplesOf(
  shards: Parameters<typeof reproduceStored>[0],
  { samples }: LocalServices,
): Promise<Map<string, StoredSample>> {
  const all = new Map<string, StoredSample>();
  for (const file of new Set(shards.map(({ samplesPath }) => samplesPath)))
    for (const [key, sample] of await samples.read(file)) all.set(key, sample);
  return all;
}

async function drawFresh(
  record: RunRecord,
  files: LocalServices["files"],
  services: LocalServices,
  endpoint: Parameters<typeof runPlanned>[2],
  stored: Map<string, StoredSample>,
  terminal: Terminal,
) {
  const runId = createRunId(new Date());
  const again = await planAgain(record, files, `runs/${runId}`, terminal, runId);
  const { run } = await runPlanned(
    { ...again, part: record.caseIds !== undefined, subject: record.runId },
    services,
    endpoint,
    terminal,
  );
  return { run, difference: compareFresh(stored, await samplesOf(again.planned.shards, services)) };
}

function withEndpoint(given: CommandArguments, recorded: string): CommandArguments {
  return { ...given, text: (name) => given.text(name) ?? (name === "endpoint" ? recorded : undefined) };
}

const mostShown = 10;

function textOf(
  runId: string,
  { requests, scores, lost, unanswered }: Reproduction,
  fresh: { run: RunReport; difference: FreshDifference } | undefined,
): string {
  const short = (text: string) => visible(text).replace(/\s+/g, " ").slice(0, 100);
  const lines = [
    `Run ${runId}`,
    `requests: ${requests.equal} of ${requests.built} byte-identical${requests.differing.length > 0 ? `; others: ${requests.differing.slice(0, mostShown).join(", ")}` : ""}`,
    `scores: ${scores.equal} of ${scores.compared} identical${scores.onRedacted > 0 ? `; ${scores.onRedacted} were made before their text was redacted` : ""}${scores.asked > 0 ? `; ${scores.asked} are a judge's and stand as kept` : ""}`,
    ...scores.differing
      .slice(0, mostShown)
      .map(({ caseId, repeat, metric, stored, now }) => `  ${caseId} #${repeat} ${metric}: ${stored}, now ${now}`),
    ...(lost > 0 ? [`${count(lost, "sample")} of the run ${lost === 1 ? "is" : "are"} no longer kept`] : []),
    ...(unanswered > 0
      ? [`${count(unanswered, "call")} of the run had no answer, so there is nothing to compare`]
      : []),
  ];
  if (!fresh) return `${lines.join("\n")}\n`;
  const { difference, run } = fresh;
  const means = run.report.comparisons.flatMap(({ verdict }) =>
    verdict.metrics.map((metric) => `${metric.name} ${meanText(metric, metric.headMean)}`),
  );
  lines.push(
    `fresh answers: ${difference.sameOutput} of ${difference.compared} the same text; means now: ${means.join(", ")}`,
    ...difference.differing
      .slice(0, mostShown)
      .flatMap(({ caseId, repeat, stored, fresh: now }) => [
        `  ${caseId} #${repeat}`,
        `    - ${short(stored)}`,
        `    + ${short(now)}`,
      ]),
    ...run.report.failures.slice(0, 5).map((failure) => `! ${failure}`),
  );
  return `${lines.join("\n")}\n`;
}
