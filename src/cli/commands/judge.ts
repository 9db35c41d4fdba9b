import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "../../shared/clock.ts";
import { calibrateJudge, defaultFloor } from "../../shared/evals/calibration/calibrate-judge.ts";
import { calibrationText } from "../../shared/evals/calibration/calibration-text.ts";
import { judgeLabels } from "../../shared/evals/calibration/judge-labels.ts";
import { callWithRetries } from "../../shared/evals/call-with-retries.ts";
import { type Metric, requireMetrics } from "../../shared/evals/metrics.ts";
import type { ScoringModels } from "../../shared/evals/scoring-models.ts";
import { redact } from "../../shared/redaction/redact.ts";
import type { AiRepository, Suite } from "../../shared/repository/ai-repository.ts";
import type { JudgedLabel } from "../../shared/repository/label.ts";
import { createLocalServices } from "../../shared/services/local-services.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { defineCommand } from "../command.ts";
import { endpointOptions, readEndpoint } from "../endpoint.ts";
import { labelRows } from "../label-rows.ts";
import { readWorkingTree } from "../read-working-tree.ts";
import { openState } from "../run-store.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** A metric that a judge scores, with the suite that has it. */
interface JudgedMetric {
  suite: Suite;
  metric: Metric;
  floor: typeof defaultFloor;
}

export const judge = defineCommand({
  usage: ["judge calibrate METRIC [--endpoint URL] [--write]", "judge rows METRIC"],
  about:
    "Compares what a metric's judge says of labelled samples (labels/METRIC.judged.jsonl) with what people say of them (labels/METRIC.jsonl): agreement, Cohen's kappa, false passes and false blocks with intervals, and the disagreements. With --endpoint the judge is asked about every label that it has not judged as it is now; --write keeps what it says. Exit code 0: calibrated, it may block; 3: it advises. `rows` prints the answers of the latest kept run that have no label yet, as rows to fill in.",
  positionals: 2,
  options: {
    ...endpointOptions,
    write: { type: "boolean", description: "write what the judge says to labels/METRIC.judged.jsonl" },
    json: { type: "boolean", description: "the calibration as one line of JSON" },
  },
  examples: ["assay judge calibrate relevance", "assay judge calibrate relevance --endpoint URL --write"],
  async run(given, terminal) {
    const [action, name] = given.positionals;
    if ((action !== "calibrate" && action !== "rows") || name === undefined)
      throw new UsageError(
        "`assay judge` calibrates a metric's judge.",
        "Write `assay judge calibrate METRIC` or `assay judge rows METRIC`.",
      );
    // Labels lie in one folder, in files that are named after their metric.
    if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(name))
      throw new UsageError(
        `\`${name}\` names no file of labels.`,
        "Give the metric a `name` of letters, digits and hyphens.",
      );
    const checkout = openCheckout(findRoot(terminal.cwd));
    const repository = await readWorkingTree(checkout);
    const { suite, metric, floor } = judgedMetric(repository, name);
    const labels = repository.labels.labels.filter((label) => label.metric === name);
    const ownFiles = new Set([`labels/${name}.jsonl`, `labels/${name}.judged.jsonl`]);
    if (action === "rows") {
      // Nobody is called: the endpoint is none.
      const nobody = { url: "http://127.0.0.1", key: "", timeoutMs: 1000, concurrency: 1 };
      const services = await createLocalServices(openState(checkout.root), nobody, terminal.env);
      const rows = await labelRows(checkout.root, suite, new Set(labels.map(({ sample }) => sample)), services);
      for (const row of rows) await terminal.print(`${JSON.stringify(row)}\n`);
      if (rows.length === 0)
        terminal.note(`Every answer of the latest run of \`${suite.name}\` that is kept has a label.`);
      return 0;
    }
    for (const { path: at, line, message } of repository.findings.filter(({ path: at }) => ownFiles.has(at)))
      terminal.note(`${at}:${line}: ${message} The row is left out.`);
    if (labels.length === 0)
      throw new UsageError(
        `labels/${name}.jsonl has no labels.`,
        `\`assay judge rows ${name}\` prints answers to label, a row each.`,
      );
    let judged: JudgedLabel[] = repository.labels.judged.filter((row) => row.metric === name);
    if (given.text("endpoint") !== undefined) {
      const endpoint = readEndpoint(given, terminal);
      const services = await createLocalServices(openState(checkout.root), endpoint, terminal.env);
      const known = new Set(judged.filter((row) => metric.digest.startsWith(row.judge)).map(({ sample }) => sample));
      const open = labels.filter(({ sample }) => !known.has(sample));
      const cases = new Map(suite.cases.map((item) => [item.id, item]));
      const asked = await judgeLabels(metric, open, cases, modelsOf(services), endpoint.concurrency);
      for (const problem of asked.problems.slice(0, 20)) terminal.note(redact(problem).text);
      // What another judge said is of no use to anyone.
      judged = [...judged.filter(({ sample }) => known.has(sample)), ...asked.judged];
      if (given.flag("write")) await write(checkout.root, name, judged, terminal);
    } else if (given.flag("write")) {
      throw new UsageError("Nobody was asked, so there is nothing to write.", "Add --endpoint URL.");
    }
    const calibration = calibrateJudge({
      ...{ labels, judged, floor },
      ...{ judge: metric.digest, passAt: metric.passAt ?? 0.5, better: metric.better },
    });
    const bySample = new Map(labels.map((label) => [label.sample, label]));
    const describe = (sample: string) => {
      const { case: id = "", output = "" } = bySample.get(sample) ?? {};
      return redact(`${id}: ${output.replace(/[\p{Cc}\s]+/gu, " ").slice(0, 100)}`).text;
    };
    await terminal.print(
      given.flag("json")
        ? `${JSON.stringify({ metric: name, ...calibration })}\n`
        : calibrationText(name, calibration, describe),
    );
    return calibration.calibrated ? 0 : 3;
  },
});

function judgedMetric({ suites }: AiRepository, name: string): JudgedMetric {
  const all = suites.flatMap((suite) =>
    requireMetrics(suite.evaluators).flatMap((metric, index): JudgedMetric[] => {
      if (!metric.asks.some(({ kind }) => kind === "judge")) return [];
      const { calibration } = suite.evaluators[index] ?? {};
      const kappa = calibration?.kappa ?? defaultFloor.kappa;
      return [{ suite, metric, floor: { kappa, agreement: calibration?.agreement ?? defaultFloor.agreement } }];
    }),
  );
  const found = all.find(({ metric }) => metric.name === name);
  if (found) return found;
  const names = [...new Set(all.map(({ metric }) => metric.name))];
  throw new UsageError(
    `No suite has a metric \`${name}\` that a judge scores.`,
    names.length > 0 ? `Judged metrics here: ${names.join(", ")}.` : "Add one, e.g. `uses: judge/relevance`.",
  );
}

/** The judge's calls wait for rate limits and are retried as a run's are. */
function modelsOf({ model, embedder, kept }: Awaited<ReturnType<typeof createLocalServices>>): ScoringModels {
  const counts = { calls: 0, retries: 0, rateLimited: 0 };
  const ports = { clock: systemClock, random: Math.random };
  const lost = { kind: "failed", reason: "the call was ended", retryable: false } as const;
  return {
    kept,
    async complete(request) {
      const answer = await callWithRetries(request.deployment, () => model.complete(request), {}, ports, counts);
      return "ended" in answer ? lost : answer;
    },
    async embed(request) {
      const answer = await callWithRetries(request.deployment, () => embedder.embed(request), {}, ports, counts);
      return "ended" in answer ? lost : answer;
    },
  };
}

async function write(root: string, name: string, judged: readonly JudgedLabel[], { note }: Terminal): Promise<void> {
  const file = path.join(root, "labels", `${name}.judged.jsonl`);
  const lines = judged.map(({ metric: _, ...row }) => `${JSON.stringify(row)}\n`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, lines.join(""));
  note(`Wrote ${judged.length} judgements to labels/${name}.judged.jsonl.`);
}
